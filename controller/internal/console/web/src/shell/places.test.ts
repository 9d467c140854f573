import { expect, test } from "vitest";
import { isOf, linksFor, placeOf } from "./places";

const names = (...places: Parameters<typeof linksFor>[0]) => linksFor(places).map((l) => l.place);

test("whoever only watches has the watch view alone", () => {
  expect(names("overview", "screens")).toEqual(["screens"]);
});

test("others see their places in the order of the work", () => {
  expect(names("screens", "review", "overview")).toEqual(["overview", "review", "screens"]);
  expect(names("overview")).toEqual(["overview"]);
});

test("a page is of whoever has its place, and the right that it takes", () => {
  const inspector = { places: ["overview", "content", "schedule"] as const, rights: ["read_media", "read_plans"] };
  expect(isOf("/", inspector)).toBe(true);
  expect(isOf("/account", inspector)).toBe(true);
  expect(isOf("/publications/abc", inspector)).toBe(true);
  expect(isOf("/admin/people", inspector)).toBe(false);
  expect(isOf("/sources/tray/abc", inspector)).toBe(false);
  expect(isOf("/sources/tray/abc", { ...inspector, rights: ["add_media"] })).toBe(true);
  expect(isOf("/schedule/entries/abc", inspector)).toBe(true);
  expect(isOf("/schedule/entries/new", inspector)).toBe(false);
});

test("a page marks its place, wherever its address begins", () => {
  expect(["/", "/content/abc", "/sources/tray", "/slides/abc", "/publications/abc", "/account"].map(placeOf)).toEqual([
    "overview",
    "content",
    "content",
    "content",
    "schedule",
    undefined,
  ]);
});
