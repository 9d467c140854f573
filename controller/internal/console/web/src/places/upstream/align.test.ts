import { expect, test } from "vitest";
import { align, type Piece, same, wordsOf } from "./align";

const text = (s: string): Piece => ({ kind: "text", key: s, text: s, picture: "" });
const picture = (s: string): Piece => ({ kind: "picture", key: s, text: "", picture: s });

test("what is the same stands beside itself, what was rewritten beside what it became", () => {
  const before = [text("a"), text("b"), text("c"), picture("p")];
  const after = [text("a"), text("B"), text("c"), text("d"), picture("q")];
  const rows = align(before, after).map((r) => [r.before?.key, r.after?.key]);
  expect(rows).toEqual([
    ["a", "a"],
    ["b", "B"],
    ["c", "c"],
    [undefined, "d"],
    ["p", "q"],
  ]);
});

test("nothing faces nothing of its kind", () => {
  expect(align([text("a"), picture("p")], [text("b")])).toEqual([
    { before: text("a"), after: text("b") },
    { before: picture("p") },
  ]);
  expect(align([], [text("b")])).toEqual([{ after: text("b") }]);
  expect(align([text("a")], [text("a")]).every(same)).toBe(true);
});

test("only the words that differ are marked", () => {
  const [was, is] = wordsOf("mở từ 7 giờ mỗi ngày", "mở từ 6 giờ 30 mỗi ngày");
  expect(was.filter((w) => w.only).map((w) => w.text.trim())).toEqual(["7"]);
  expect(is.filter((w) => w.only).map((w) => w.text.trim())).toEqual(["6", "30"]);
  expect(is.map((w) => w.text).join("")).toBe("mở từ 6 giờ 30 mỗi ngày");
});
