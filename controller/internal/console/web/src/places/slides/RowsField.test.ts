import { expect, test } from "vitest";
import { cellsOf, spread } from "./RowsField";

test("cells come from a spreadsheet", () => {
  expect(cellsOf("USD\t26.150\t26.390\r\nLAK\t118,20 \t124,50\r\n")).toEqual([
    ["USD", "26.150", "26.390"],
    ["LAK", "118,20", "124,50"],
  ]);
});

test("pasted cells keep to the table and its room", () => {
  const rows = [["a", "b", "c"]];
  expect(spread(rows, [["1", "2", "3"], ["4"], ["5"]], 0, 1, 2, 3)).toEqual([
    ["a", "1", "2"],
    ["", "4", ""],
  ]);
  expect(rows).toEqual([["a", "b", "c"]]);
});
