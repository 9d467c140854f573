import { expect, test } from "vitest";
import { keyTarget } from "./gridKeys";

// Five columns, three rows to a page, 23 items: the last row has three.
test.each([
  ["ArrowRight", 3, 4],
  ["ArrowRight", 22, 22],
  ["ArrowLeft", 0, 0],
  ["ArrowDown", 3, 8],
  ["ArrowDown", 19, 22],
  ["ArrowDown", 21, 21],
  ["ArrowUp", 3, 3],
  ["ArrowUp", 8, 3],
  ["PageDown", 2, 17],
  ["PageDown", 12, 22],
  ["PageUp", 22, 7],
  ["PageUp", 8, 3],
  ["Home", 12, 0],
  ["End", 12, 22],
  ["a", 12, undefined],
])("%s from %i", (key, from, to) => {
  expect(keyTarget(key, from, 5, 3, 23)).toBe(to);
});
