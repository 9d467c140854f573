import { expect, test } from "vitest";
import type { ScreenState, ScreenStatus } from "@/api/types";
import { byCluster, counts, isOld, worstFirst } from "./worst";

const screen = (name: string, cluster: string, state: ScreenStatus) =>
  ({ id: name, name, state, problems: [] as unknown, cluster: { id: cluster, name: cluster } }) as ScreenState;
const screens = [
  screen("Đầu cầu", "Vũng Áng", "playing"),
  screen("Ăn", "Cầu Treo", "playing"),
  screen("Da", "Cầu Treo", "playing"),
  screen("Zê", "Cầu Treo", "offline"),
  screen("Sảnh", "Vũng Áng", "wrong"),
];

test("the worst stands first, in its cluster and among clusters; the rest by Vietnamese order", () => {
  expect(byCluster(screens).map((g) => [g.name, g.screens.map((s) => s.name)])).toEqual([
    ["Vũng Áng", ["Sảnh", "Đầu cầu"]],
    ["Cầu Treo", ["Zê", "Ăn", "Da"]],
  ]);
});

test("a long list begins with the worst of all clusters, and with what has a problem before what has none", () => {
  const full = { ...screen("Đầy", "Vũng Áng", "playing"), problems: [{ code: "disk_low", params: {}, since: "" }] };
  expect(worstFirst([...screens, full], 3).map((s) => s.name)).toEqual(["Sảnh", "Zê", "Đầy"]);
});

test("states are counted, the worst first, none that do not occur", () => {
  expect(counts(screens)).toEqual([
    { state: "wrong", count: 1 },
    { state: "offline", count: 1 },
    { state: "playing", count: 3 },
  ]);
});

test("a report is old after two beats", () => {
  const now = new Date("2026-11-23T00:01:01Z");
  expect(isOld({ last_seen_at: "2026-11-23T00:00:00Z" }, now)).toBe(true);
  expect(isOld({ last_seen_at: "2026-11-23T00:00:30Z" }, now)).toBe(false);
  expect(isOld({ last_seen_at: null }, now)).toBe(false);
});
