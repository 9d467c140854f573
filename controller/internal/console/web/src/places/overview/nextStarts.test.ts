import { expect, test } from "vitest";
import type { Block } from "@/api/types";
import { nextChanges } from "./nextStarts";

const block = (entry: string, screen: string, start: string, end: string, wins = true) =>
  ({
    entry_id: entry,
    title: entry,
    screen_id: screen,
    start: `2026-11-23T${start}:00Z`,
    end: `2026-11-23T${end}:00Z`,
    wins,
  }) as Block;

test("what begins and ends next, once for all screens; what is past or hidden is left out", () => {
  const days = ["2026-11-23"];
  const blocks = [
    { ...block("on", "s1", "02:00", "09:00"), end: "2026-11-23T17:00:00Z" }, // midnight: the week ends, the entry does not
    block("a", "s1", "02:00", "09:00"),
    block("a", "s2", "02:00", "09:00"),
    block("b", "s1", "06:00", "07:00"),
    block("hidden", "s1", "06:00", "07:00", false),
  ];
  expect(
    nextChanges({ blocks, days }, new Date("2026-11-23T05:00:00Z"), 9).map((c) => [c.kind, c.entryId, c.screens]),
  ).toEqual([
    ["starts", "b", 1],
    ["ends", "b", 1],
    ["ends", "a", 2],
  ]);
});
