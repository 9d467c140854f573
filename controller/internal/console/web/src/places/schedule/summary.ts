import type { EntryBody, Rule } from "@/api/types";
import { localDate } from "@/time/format";

export type Translate = (key: string, params?: Record<string, unknown>) => string;

export interface Names {
  cluster: (id: string) => string;
  screen: (id: string) => string;
  playlist: string;
  list: (items: string[]) => string;
}

/** Runs of three and more weekdays are said as a span: thứ 2–thứ 6. */
export function weekdayWords(days: number[], t: Translate, list: Names["list"]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.length === 7) return t("summary.every_day");
  const runs: number[][] = [];
  for (const day of sorted) {
    const run = runs.at(-1);
    if (run && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const name = (day: number | undefined) => t(`time.weekday_${day}`);
  return list(
    runs.flatMap((run) =>
      run.length >= 3 ? [t("summary.span", { first: name(run[0]), last: name(run.at(-1)) })] : run.map(name),
    ),
  );
}

function windowWords(windows: Rule["windows"], t: Translate, list: Names["list"]): string {
  if (windows.length === 0) return t("summary.all_day");
  return list(
    windows.map((w) => t(w.end <= w.start ? "summary.window_night" : "summary.window", { start: w.start, end: w.end })),
  );
}

function dateWords({ from, until }: Rule, t: Translate): string {
  if (from && from === until) return t("summary.one_date", { date: localDate(from) });
  if (from && until) return t("summary.from_until", { from: localDate(from), until: localDate(until) });
  if (from) return t("summary.from", { from: localDate(from) });
  if (until) return t("summary.until", { until: localDate(until) });
  return t("summary.always");
}

/** "Phát “…” tại Cầu Treo, thứ 2–thứ 6, 07:00–19:00, từ 02/09/2026 đến hết 05/09/2026." */
export function summary(entry: EntryBody, names: Names, t: Translate): string {
  const { clusters, screens, tags } = entry.target;
  const where = [
    ...clusters.map(names.cluster),
    ...screens.map(names.screen),
    ...tags.map((tag) => t("summary.tag", { tag })),
  ];
  return t("summary.sentence", {
    playlist: names.playlist || t("summary.no_playlist"),
    where: where.length ? names.list(where) : t("summary.nowhere"),
    days: weekdayWords(entry.rule.weekdays, t, names.list),
    windows: windowWords(entry.rule.windows, t, names.list),
    dates: dateWords(entry.rule, t),
  });
}
