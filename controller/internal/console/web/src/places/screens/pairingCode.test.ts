import { expect, test } from "vitest";
import { cleanCode, isCode } from "./pairingCode";

test.each([
  ["abcd2345", "ABCD-2345"],
  ["abcd - 2345", "ABCD-2345"],
  ["a0b1c", "ABC"],
  ["ABCD-2345-EXTRA", "ABCD-2345"],
  ["", ""],
])("%j becomes %j", (typed, code) => expect(cleanCode(typed)).toBe(code));

test("a code has eight letters", () => {
  expect(isCode("ABCD-2345")).toBe(true);
  expect(isCode("ABCD-234")).toBe(false);
});
