import type { Hours, Interval } from "@/api/devices";

const midnight = 1440;
const two = (n: number) => String(n).padStart(2, "0");

export const clockOf = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
export function minutesOf(clock: string): number {
  const [h = 0, m = 0] = clock.split(":").map(Number);
  return h * 60 + m;
}

/** A stretch of a day as people write it; an end at or before the beginning lies in the next day. */
export interface Stretch {
  from: string;
  until: string;
}

/** The stretches of each weekday, Monday first. */
export type Week = Stretch[][];

const days = [1, 2, 3, 4, 5, 6, 7] as const;

/** The week as it is edited: what goes on over midnight is one stretch of the day on which it begins. */
export function weekOf(hours: Hours): Week {
  const left = hours.week.map((v) => ({ ...v }));
  const out: Week = days.map(() => []);
  for (const v of left) {
    if (v.from === 0 && v.until < midnight) {
      const before = left.find((o) => o.day === (v.day === 1 ? 7 : v.day - 1) && o.until === midnight && o.from > 0);
      if (before && before.from >= v.until) {
        before.until = midnight + v.until;
        v.day = 0; // it is told with the day before
      }
    }
  }
  for (const v of left) {
    if (v.day > 0)
      out[v.day - 1]?.push({
        from: clockOf(v.from),
        until: clockOf(v.until === midnight ? midnight : v.until % midnight),
      });
  }
  return out;
}

/** The week as the screen takes it; null when stretches overlap. */
export function hoursOf(week: Week): Hours | null {
  const all: Interval[] = [];
  week.forEach((stretches, i) => {
    for (const s of stretches) {
      const from = minutesOf(s.from);
      const until = minutesOf(s.until);
      if (until > from) {
        all.push({ day: i + 1, from, until });
      } else {
        all.push({ day: i + 1, from, until: midnight });
        if (until > 0) all.push({ day: i === 6 ? 1 : i + 2, from: 0, until });
      }
    }
  });
  all.sort((a, b) => a.day - b.day || a.from - b.from);
  const overlaps = all.some((v, i) => {
    const next = all[i + 1];
    return v.from >= midnight || (next?.day === v.day && next.from < v.until);
  });
  return overlaps || all.length === 0 ? null : { always: false, week: all };
}

/** The one stretch that every day has, or null. */
export function everyDay(hours: Hours): Stretch | null {
  if (hours.always) return null;
  const week = weekOf(hours);
  const first = week[0]?.[0];
  const same = week.every((d) => d.length === 1 && d[0]?.from === first?.from && d[0]?.until === first?.until);
  return same && first ? first : null;
}

/** A week that has the same stretch each day. */
export const dailyWeek = (s: Stretch): Week => days.map(() => [{ ...s }]);
