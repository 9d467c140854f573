import { expect, test } from "vitest";
import type { Block } from "@/api/types";
import { instantOf } from "@/time/zone";
import { across, blocksOfDay } from "./weekBlocks";

const block = (entry: string, screen: string, start: [string, string], end: [string, string], wins = true): Block => ({
  entry_id: entry,
  title: entry,
  playlist_title: "",
  screen_id: screen,
  start: instantOf(...start).toISOString(),
  end: instantOf(...end).toISOString(),
  priority: wins ? 50 : 10,
  wins,
  hidden_by: wins ? [] : ["x"],
});
const day = "2026-11-24";

test("a block past midnight is cut into its days", () => {
  const night = block("n", "s1", ["2026-11-23", "22:00"], ["2026-11-24", "05:00"]);
  expect(blocksOfDay({ blocks: [night] }, "2026-11-23")[0]).toMatchObject({ from: 1320, to: 1440 });
  expect(blocksOfDay({ blocks: [night] }, day)[0]).toMatchObject({ from: 0, to: 300 });
  expect(blocksOfDay({ blocks: [night] }, "2026-11-25")).toEqual([]);
});

test("the same entry on several screens is one block that counts where it wins", () => {
  const blocks = ["s1", "s2"].map((s, i) => block("e", s, [day, "07:00"], [day, "19:00"], i === 0));
  expect(blocksOfDay({ blocks }, day)).toMatchObject([{ screens: ["s1", "s2"], wins: 1, hiddenBy: ["x"] }]);
});

test("the higher priority lies over the lower, however they begin; apart they use the full width", () => {
  const blocks = [
    block("high", "s1", [day, "08:00"], [day, "09:00"]),
    block("low", "s1", [day, "07:00"], [day, "12:00"], false),
    block("later", "s1", [day, "13:00"], [day, "14:00"]),
  ];
  expect(blocksOfDay({ blocks }, day).map((b) => [b.entryId, b.lane])).toEqual([
    ["low", 0],
    ["high", 1],
    ["later", 0],
  ]);
});

test("blocks that would hide each other's names stand side by side, others one over the other", () => {
  const at = (entry: string, from: string, to: string) => block(entry, entry, [day, from], [day, to]);
  const beside = blocksOfDay({ blocks: [at("a", "07:00", "19:00"), at("b", "07:30", "18:00")] }, day);
  expect(beside.map(across)).toEqual([
    { left: 0, width: 50 },
    { left: 50, width: 50 },
  ]);
  const over = blocksOfDay({ blocks: [at("a", "07:00", "19:00"), at("b", "09:00", "18:00")] }, day);
  expect(over.map(across)).toEqual([
    { left: 0, width: 100 },
    { left: 20, width: 80 },
  ]);
});
