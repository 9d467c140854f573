import { expect, test } from "vitest";
import { inTreeOrder, pathOf, withBelow } from "./treePaths";

const node = (id: string, parent_id = "") => ({ id, parent_id });
const all = [node("sea"), node("iuu", "sea"), node("trade"), node("fair", "trade"), node("spring", "fair")];

test("each stands before those below it", () => {
  expect(inTreeOrder(all).map(({ node, depth }) => `${node.id} ${depth}`)).toEqual([
    "sea 0",
    "iuu 1",
    "trade 0",
    "fair 1",
    "spring 2",
  ]);
});

test("a path begins at the top", () => {
  expect(pathOf(all, node("spring", "fair")).map((n) => n.id)).toEqual(["trade", "fair", "spring"]);
});

test("a parent that is not seen ends the path", () => {
  expect(pathOf([], node("x", "gone")).map((n) => n.id)).toEqual(["x"]);
});

test("a node and all that is below it", () => {
  expect([...withBelow(all, "trade")]).toEqual(["trade", "fair", "spring"]);
});
