import { expect, test } from "vitest";
import { perDay, perLanguage, type ScansOfDay } from "./scans";

const days: ScansOfDay[] = [
  { day: "2026-11-24", language: "vi", scans: 3 },
  { day: "2026-11-24", language: "lo", scans: 4 },
  { day: "2026-11-26", language: "vi", scans: 2 },
];

test("days without scans are days too, and languages add up", () => {
  expect(perDay(days, ["2026-11-24", "2026-11-25", "2026-11-26"]).map((d) => d.scans)).toEqual([7, 0, 2]);
});

test("the language that most readers wanted comes first", () => {
  expect(perLanguage(days)).toEqual([
    { language: "vi", scans: 5 },
    { language: "lo", scans: 4 },
  ]);
});
