import { expect, test } from "vitest";
import { seatsOf } from "./seats";

test("a line is a screen, with the PC that it is for after a stroke", () => {
  expect(seatsOf(" Cổng chính | PC-01, 02:42:ac:11:00:02 \n\nSảnh\n | x\n")).toEqual([
    { name: "Cổng chính", marks: ["PC-01", "02:42:ac:11:00:02"] },
    { name: "Sảnh", marks: [] },
  ]);
});
