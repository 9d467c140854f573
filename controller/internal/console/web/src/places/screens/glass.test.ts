import { expect, test } from "vitest";
import type { ScreenState } from "@/api/types";
import { doesShow, isCaptureOld, shouldShow } from "./glass";

const at = "2026-11-26T07:00:00Z";
const capture = { witness: "camera", finding: "right", at, url: "/c", width: 480, height: 270 } as const;
const screen = (over: Partial<ScreenState>): ScreenState =>
  ({
    id: "s",
    state: "playing",
    reason: null,
    due: { media_id: "m", title: "Cờ", thumbnail_url: "/m", digest: "d" },
    showing: { kind: "item", thumbnail_url: "/s" },
    capture: null,
    trust: null,
    programme: { wanted: { counter: 1, issued_at: null }, held: null },
    ...over,
  }) as ScreenState;

test("what should be shown is what is due, but for the slate that was called and a bulletin", () => {
  expect(shouldShow(screen({}))).toEqual({ kind: "item", url: "/m", title: "Cờ" });
  expect(shouldShow(screen({ due: null }))).toEqual({ kind: "slate" });
  const latched = { latched: [{ id: "o", kind: "safe", local: true, since: at }] } as unknown as ScreenState["trust"];
  expect(shouldShow(screen({ trust: latched }))).toEqual({ kind: "slate" });
  expect(shouldShow(screen({ reason: { code: "bulletin" } }))).toEqual({ kind: "bulletin" });
  expect(shouldShow(screen({ due: null, state: "never", programme: { wanted: null, held: null } }))).toBeNull();
});

test("what a witness saw goes before what the screen says", () => {
  expect(doesShow(screen({ capture }))).toEqual({ by: "witness", picture: capture });
  expect(doesShow(screen({}))).toEqual({ by: "screen", url: "/s" });
  expect(doesShow(screen({ showing: null }))).toBeNull();
});

test("a capture is old after five minutes", () => {
  expect(isCaptureOld(capture, new Date("2026-11-26T07:04:59Z"))).toBe(false);
  expect(isCaptureOld(capture, new Date("2026-11-26T07:05:01Z"))).toBe(true);
});
