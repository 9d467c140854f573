import type { Media } from "@/api/types";
import { clock } from "@/places/cut/excerpt";

type Say = (key: string, params?: Record<string, unknown>) => string;

/** What of the source is shown, as a name and its value; nothing where that is all of it. */
export function cutFacts(t: Say, { excerpt: e, source, tracks }: Media): [string, string][] {
  const facts: string[] = [];
  if (e.from_ms > 0 || e.until_ms > 0)
    facts.push(t("cut.fact_time", { from: clock(e.from_ms), until: clock(e.until_ms || source.duration_ms) }));
  if (e.crop.width > 0) facts.push(t("cut.fact_crop", { ...e.crop }));
  if (e.silent) facts.push(t("cut.sound_silent"));
  if (e.audio > 0) facts.push(t("cut.track", { number: e.audio }));
  const words = tracks.subtitles[e.subtitles - 1];
  if (words) facts.push(`${t("cut.subtitles")}: ${words.title || words.language || e.subtitles}`);
  return facts.length > 0 ? [[t("cut.fact"), facts.join(" · ")]] : [];
}
