import type { GlassPicture, ScreenState } from "@/api/types";
import { isSafe } from "./worst";

/** A screen sends its picture every two minutes; one older than this says nothing of the present. */
const oldMs = 5 * 60_000;

export const isCaptureOld = (c: Pick<GlassPicture, "at">, now: Date) => now.getTime() - Date.parse(c.at) > oldMs;

/** What a screen is to show: a picture, the slate or a bulletin's text; null when nobody knows. */
export type Should = { kind: "item"; url: string; title: string } | { kind: "slate" | "bulletin" } | null;

export function shouldShow(s: ScreenState): Should {
  if (isSafe(s)) return { kind: "slate" };
  if (s.reason?.code === "bulletin") return { kind: "bulletin" };
  if (s.due) return { kind: "item", url: s.due.thumbnail_url, title: s.due.title };
  return s.state === "never" && !s.programme.wanted ? null : { kind: "slate" };
}

/** What it does show: as a witness saw it, else as the screen itself says. */
export type Does = { by: "witness"; picture: GlassPicture } | { by: "screen"; url: string } | null;

export function doesShow(s: ScreenState): Does {
  if (s.capture) return { by: "witness", picture: s.capture };
  if (s.showing && s.showing.kind !== "none" && s.showing.thumbnail_url)
    return { by: "screen", url: s.showing.thumbnail_url };
  return null;
}
