/** Where the screens are; every time the console shows is in this zone. */
export const zone = "Asia/Ho_Chi_Minh";
/** The zone has had no clock changes since 1975, so its offset is a constant. */
const offsetMs = 7 * 3600_000;

export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 1 = Monday … 7 = Sunday */
  weekday: number;
}

/** The wall clock at an instant. */
export function wall(instant: Date): Wall {
  const d = new Date(instant.getTime() + offsetMs);
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
    second: d.getUTCSeconds(),
    weekday: ((d.getUTCDay() + 6) % 7) + 1,
  };
}

const two = (n: number) => String(n).padStart(2, "0");

/** Local date 2026-08-05 of an instant. */
export function dateOf(instant: Date): string {
  const w = wall(instant);
  return `${w.year}-${two(w.month)}-${two(w.day)}`;
}

/** The instant of a local date and time ("2026-08-05", "07:00" or "24:00"). */
export function instantOf(date: string, time = "00:00"): Date {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return new Date(Date.parse(`${date}T00:00:00Z`) - offsetMs + (hours * 60 + minutes) * 60_000);
}

/** Local date moved by whole days. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The Monday of the week a local date lies in. */
export function mondayOf(date: string): string {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((day + 6) % 7));
}

/** Milliseconds since local midnight. */
export function sinceMidnight(instant: Date): number {
  return (((instant.getTime() + offsetMs) % 86_400_000) + 86_400_000) % 86_400_000;
}
