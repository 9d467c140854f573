import { expect, test } from "vitest";
import { linksFor, placeOf } from "./places";

const names = (...places: Parameters<typeof linksFor>[0]) => linksFor(places).map((l) => l.place);

test("whoever only watches has the watch view alone", () => {
  expect(names("overview", "screens")).toEqual(["screens"]);
});

test("others see their places in the order of the work", () => {
  expect(names("screens", "review", "overview")).toEqual(["overview", "review", "screens"]);
  expect(names("overview")).toEqual(["overview"]);
});

test("every page belongs to a place, or to everybody", () => {
  expect(placeOf("/")).toBe("overview");
  expect(placeOf("/schedule/entries/new")).toBe("schedule");
  expect(placeOf("/sources/tray/abc")).toBe("content");
  expect(placeOf("/publications/abc")).toBe("schedule");
  expect(placeOf("/account")).toBeUndefined();
});
