import { expect, test } from "vitest";
import type { ScreenState, Watch } from "./types";
import { afterMessage } from "./watch";

const screen = (id: string, name = id) => ({ id, name }) as ScreenState;
const watch: Watch = { now: "2026-11-23T00:00:00Z", screens: [screen("a"), screen("b")] };
const names = (w: Watch | undefined) => w?.screens.map((s) => s.name);

test("live messages change, add and take away screens; a snapshot replaces all", () => {
  expect(names(afterMessage(watch, { type: "screen", screen: screen("a", "A") }))).toEqual(["A", "b"]);
  expect(names(afterMessage(watch, { type: "screen", screen: screen("c") }))).toEqual(["a", "b", "c"]);
  expect(names(afterMessage(watch, { type: "gone", id: "a" }))).toEqual(["b"]);
  expect(names(afterMessage(watch, { type: "snapshot", now: "x", screens: [screen("z")] }))).toEqual(["z"]);
});

test("a change before the first snapshot is no list; unknown messages change nothing", () => {
  expect(afterMessage(undefined, { type: "screen", screen: screen("a") })).toBeUndefined();
  expect(afterMessage(watch, { type: "later" } as never)).toBe(watch);
});
