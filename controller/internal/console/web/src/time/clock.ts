/** "7", "730", "7:30" or "19.30" as 07:30; "24:00" stays; null when it is no time of day. */
export function parseClock(text: string): string | null {
  const bare = text.trim();
  const match = /^(\d{1,2})(?:\s*[:.h]\s*(\d{1,2})?|(\d{2}))?$/i.exec(bare);
  if (!match) return null;
  const hours = Number(match[1]);
  const minutes = Number(match[2] ?? match[3] ?? 0);
  if (minutes > 59 || hours > 24 || (hours === 24 && minutes > 0)) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** A time of day moved by minutes, round the clock. */
export function addMinutes(clock: string, by: number): string {
  const [h = 0, m = 0] = clock.split(":").map(Number);
  const total = (((h * 60 + m + by) % 1440) + 1440) % 1440;
  return `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
}
