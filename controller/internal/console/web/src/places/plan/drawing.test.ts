import { expect, test } from "vitest";
import type { Plan } from "@/api/plan";
import {
  addShape,
  moveBy,
  moveTo,
  placeOf,
  putScreen,
  reach,
  remove,
  resizeBy,
  sheet,
  stretchTo,
  tidy,
  turnBy,
} from "./drawing";

const empty: Plan = { screens: [], shapes: [] };
const gate = { what: "screen", id: "gate" } as const;
const drawn = putScreen(empty, "gate", false, 80, 45);

test("a screen is put with its middle at a point, on the grid, once", () => {
  expect(drawn.screens).toEqual([{ id: "gate", x: 73, y: 43, w: 14, h: 4, turn: 0 }]);
  expect(putScreen(drawn, "gate", false, 20.3, 10.4).screens).toEqual([
    { id: "gate", x: 13, y: 8, w: 14, h: 4, turn: 0 },
  ]);
});

test("nothing leaves the sheet, however it is moved or resized", () => {
  expect(placeOf(moveTo(drawn, gate, -50, 500), gate)).toMatchObject({ x: 0, y: sheet.height - 4 });
  expect(placeOf(moveBy(drawn, gate, 999, 0), gate)).toMatchObject({ x: sheet.width - 14 });
  expect(placeOf(resizeBy(drawn, gate, 999, -99), gate)).toMatchObject({ x: 0, w: sheet.width, h: 1 });
});

test("turning goes round in steps and comes back", () => {
  expect(placeOf(turnBy(drawn, gate, 1), gate)?.turn).toBe(15);
  expect(placeOf(turnBy(drawn, gate, -1), gate)?.turn).toBe(345);
  expect(placeOf(turnBy(drawn, gate, 24), gate)?.turn).toBe(0);
});

test("a corner is dragged as it is turned, and the middle stays", () => {
  const turned = turnBy(drawn, gate, 6); // a quarter: width now goes down
  const p = placeOf(stretchTo(turned, gate, 78, 55), gate);
  expect(p).toMatchObject({ w: 20, h: 4, x: 70, y: 43, turn: 90 });
});

test("shapes are added, taken away by their number, and reach as far as they are turned", () => {
  const plan = addShape(addShape(empty, "road", ""), "label", "QL8A");
  expect(remove(plan, { what: "shape", index: 0 }).shapes.map((s) => s.kind)).toEqual(["label"]);
  expect(reach({ x: 0, y: 0, w: 10, h: 2, turn: 0 })).toBe(1);
  expect(reach({ x: 0, y: 0, w: 10, h: 2, turn: 90 })).toBeCloseTo(5);
});

test("what is kept holds only screens of the cluster, and texts as the server takes them", () => {
  const plan = { ...addShape(drawn, "label", "  Cổng \n chào "), extra: 1 } as Plan;
  expect(tidy(plan, new Set())).toMatchObject({ screens: [], shapes: [{ text: "Cổng chào" }] });
  expect(tidy(plan, new Set(["gate"])).screens).toHaveLength(1);
});
