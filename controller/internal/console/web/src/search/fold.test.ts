import { expect, test } from "vitest";
import { fold } from "./fold";

test.each([
  ["Cầu Treo", "cau treo"],
  ["Đường ĐÊM", "duong dem"],
  ["Hoà", "hoa"],
  ["Hòa", "hoa"],
  ["ພາສາລາວ", "ພາສາລາວ"],
])("%j folds to %j", (text, folded) => expect(fold(text)).toBe(folded));
