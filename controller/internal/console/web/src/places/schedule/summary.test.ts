import { readFileSync } from "node:fs";
import { join } from "node:path";
import i18next from "i18next";
import { beforeAll, describe, expect, test } from "vitest";
import type { EntryBody } from "@/api/types";
import { type Names, summary, type Translate, weekdayWords } from "./summary";

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, `../../i18n/vi/${file}.json`), "utf8"));
const names: Names = {
  cluster: (id) => ({ c1: "Cầu Treo", c2: "Vũng Áng" })[id] ?? id,
  screen: (id) => `màn hình ${id}`,
  playlist: "Quốc khánh",
  list: (items) => (items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} và ${items.at(-1)}`),
};
const entry: EntryBody = {
  title: "",
  playlist_id: "p",
  target: { clusters: ["c1"], screens: [], tags: [] },
  rule: {
    from: "2026-09-02",
    until: "2026-09-05",
    weekdays: [1, 2, 3, 4, 5],
    windows: [{ start: "07:00", end: "19:00" }],
  },
  priority: 50,
  enabled: true,
};
let t: Translate;
beforeAll(async () => {
  const i18n = i18next.createInstance();
  await i18n.init({
    lng: "vi",
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: { vi: { translation: { ...read("summary"), ...read("time") } } },
  });
  t = i18n.t as Translate;
});

describe("summary of a schedule entry", () => {
  test("says playlist, place, days, hours and dates in one sentence", () => {
    expect(summary(entry, names, t)).toBe(
      "Phát “Quốc khánh” tại Cầu Treo, thứ 2–thứ 6, 07:00–19:00, từ 02/09/2026 đến hết 05/09/2026.",
    );
  });
  test("without limits it is every day, all day, without end", () => {
    const rule = { from: "", until: "", weekdays: [], windows: [] };
    expect(summary({ ...entry, rule }, names, t)).toBe(
      "Phát “Quốc khánh” tại Cầu Treo, mọi ngày, cả ngày, không giới hạn ngày.",
    );
  });
  test("a window past midnight says so; several places are listed", () => {
    const e = {
      ...entry,
      target: { clusters: ["c1", "c2"], screens: ["3"], tags: [] },
      rule: { from: "2026-09-02", until: "2026-09-02", weekdays: [], windows: [{ start: "22:00", end: "05:00" }] },
    };
    expect(summary(e, names, t)).toBe(
      "Phát “Quốc khánh” tại Cầu Treo, Vũng Áng và màn hình 3, mọi ngày, 22:00–05:00 hôm sau, trong ngày 02/09/2026.",
    );
  });
  test.each([
    [[1, 2, 3, 4, 5], "thứ 2–thứ 6"],
    [[6, 7], "thứ 7 và chủ nhật"],
    [[1, 3, 5], "thứ 2, thứ 4 và thứ 6"],
    [[7, 1, 2, 3], "thứ 2–thứ 4 và chủ nhật"],
    [[1, 2, 3, 4, 5, 6, 7], "mọi ngày"],
  ])("weekdays %j", (days, words) => expect(weekdayWords(days, t, names.list)).toBe(words));
  test("what is missing is said, not left out", () => {
    const e = { ...entry, target: { clusters: [], screens: [], tags: [] } };
    expect(summary(e, { ...names, playlist: "" }, t)).toContain("Phát “…”");
    expect(summary(e, names, t)).toContain("tại …");
  });
});
