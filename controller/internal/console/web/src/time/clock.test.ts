import { expect, test } from "vitest";
import { addMinutes, parseClock } from "./clock";

test.each([
  ["7", "07:00"],
  ["730", "07:30"],
  ["1930", "19:30"],
  ["7:5", "07:05"],
  ["19.30", "19:30"],
  ["7h30", "07:30"],
  ["24:00", "24:00"],
  ["24:01", null],
  ["7:60", null],
  ["sáng", null],
  ["", null],
])("reads %j as a time of day", (text, clock) => expect(parseClock(text)).toBe(clock));

test("minutes go round the clock", () => {
  expect(addMinutes("23:50", 15)).toBe("00:05");
  expect(addMinutes("00:00", -15)).toBe("23:45");
});
