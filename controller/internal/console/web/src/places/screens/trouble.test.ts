import { expect, test } from "vitest";
import type { ScreenState } from "@/api/types";
import { firstHearing, type Hearing, hear, heard, reds, type Trouble } from "./trouble";

const warning: Trouble = { key: "a offline", critical: false };
const critical: Trouble = { key: "b wrong", critical: true };
const s = 1000;

/** Looks at the board at these seconds and gives the sounds. */
function sounds(looks: [number, Trouble[], boolean?][], start: Trouble[] = []) {
  let h: Hearing = firstHearing(0, start);
  return looks.map(([at, all, muted = false]) => {
    const step = hear(h, all, at * s, muted);
    h = step.hearing;
    return step.sound;
  });
}

test("what is there at the start makes no sound, what comes does, and again each minute", () => {
  expect(sounds([[5, [warning]]], [warning])).toEqual([null]);
  expect(
    sounds([
      [5, [warning]],
      [10, [warning]],
      [64, [warning]],
      [65, [warning]],
      [70, []],
      [130, []],
    ]),
  ).toEqual(["warning", null, null, "warning", null, null]);
});

test("critical is told apart and does not wait for a warning's minute", () => {
  expect(
    sounds([
      [5, [warning]],
      [10, [warning, critical]],
      [20, [warning, critical, { key: "c wrong", critical: true }]],
      [70, [warning]],
    ]),
  ).toEqual(["warning", "critical", null, "warning"]);
});

test("a line that comes and goes is one trouble", () => {
  expect(
    sounds([
      [5, [warning]],
      [10, []],
      [80, [warning]],
      [85, []],
      [300, [warning]],
    ]),
  ).toEqual(["warning", null, null, null, "warning"]);
});

test("muted is silent, and what is still unheard sounds when the time is over", () => {
  expect(
    sounds([
      [5, [critical], true],
      [600, [critical], true],
      [605, [critical]],
    ]),
  ).toEqual([null, null, "critical"]);
});

test("heard is quiet until something new", () => {
  let step = hear(firstHearing(0, []), [warning], 5 * s, false);
  expect(step.sound).toBe("warning");
  step = hear(heard(step.hearing), [warning], 70 * s, false);
  expect(step.sound).toBeNull();
  expect(hear(step.hearing, [warning, critical], 75 * s, false).sound).toBe("critical");
});

test("reds are what is wrong or gone; late is not", () => {
  const states = ["playing", "late", "offline", "wrong"].map((state, i) => ({ id: String(i), state }) as ScreenState);
  expect(reds(states)).toEqual([
    { key: "2 offline", critical: false },
    { key: "3 wrong", critical: true },
  ]);
});
