import { expect, test } from "vitest";
import { blanks, filled, type Texts, tooLong } from "./bulletin";

const text: Texts = {
  vi: { title: " Bão số 5 ", body: "Đổ bộ lúc 19:00." },
  lo: { title: "", body: "ບໍ່ມີຫົວຂໍ້" },
  en: { title: "Storm", body: "Landfall at ___." },
};

test("a language without a title is not signed; the others without spaces around", () => {
  expect(filled(text).map((t) => [t.language, t.title])).toEqual([
    ["vi", "Bão số 5"],
    ["en", "Storm"],
  ]);
});

test("a blank that is left is named by its language", () => {
  expect(blanks(text)).toEqual(["en"]);
});

test("a text counts as letters, not as code units", () => {
  expect(tooLong({ ...text, vi: { title: "a", body: "😀".repeat(599) } })).toEqual([]);
  expect(tooLong({ ...text, vi: { title: "ab", body: "😀".repeat(599) } })).toHaveLength(1);
});
