import { expect, test } from "vitest";
import { linksFor } from "./places";

const names = (...places: Parameters<typeof linksFor>[0]) => linksFor(places).map((l) => l.place);

test("whoever only watches has the watch view alone", () => {
  expect(names("overview", "screens")).toEqual(["screens"]);
});

test("others see their places in the order of the work", () => {
  expect(names("screens", "review", "overview")).toEqual(["overview", "review", "screens"]);
  expect(names("overview")).toEqual(["overview"]);
});
