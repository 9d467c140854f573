import { describe, expect, test } from "vitest";
import { bytes, date, dateTime, duration, localDate, number, parseDuration, relative } from "./format";
import { addDays, dateOf, instantOf, mondayOf, sinceMidnight, wall } from "./zone";

const at = (text: string) => new Date(text);

describe("zone", () => {
  test("the day changes at midnight in Hà Tĩnh, not in Greenwich", () => {
    expect(dateOf(at("2026-08-04T16:59:59Z"))).toBe("2026-08-04");
    expect(dateOf(at("2026-08-04T17:00:00Z"))).toBe("2026-08-05");
  });
  test("weeks begin on Monday", () => {
    expect(mondayOf("2026-11-23")).toBe("2026-11-23");
    expect(mondayOf("2026-11-29")).toBe("2026-11-23");
    expect(wall(at("2026-11-29T05:00:00Z")).weekday).toBe(7);
  });
  test("dates move over months, years and leap days", () => {
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  });
  test("local time becomes an instant; 24:00 is the next midnight", () => {
    expect(instantOf("2026-08-05", "07:30").toISOString()).toBe("2026-08-05T00:30:00.000Z");
    expect(instantOf("2026-08-05", "24:00")).toEqual(instantOf("2026-08-06"));
    expect(sinceMidnight(instantOf("2026-08-05", "07:30"))).toBe(7.5 * 3600_000);
  });
});

describe("format", () => {
  test("dates are day/month/year with 24 hours", () => {
    expect(date(at("2026-08-05T10:05:00Z"))).toBe("05/08/2026");
    expect(dateTime(at("2026-08-05T10:05:00Z"))).toBe("05/08/2026 17:05");
    expect(localDate("2026-08-05")).toBe("05/08/2026");
    expect(localDate("")).toBe("");
  });
  test.each([
    [0, "0:00"],
    [8_000, "0:08"],
    [65_400, "1:05"],
    [3_723_000, "1:02:03"],
  ])("duration of %d ms", (ms, text) => expect(duration(ms)).toBe(text));
  test.each([
    ["8", 8_000],
    ["1:05", 65_000],
    ["7,5", 7_500],
    ["1:02:03", 3_723_000],
    ["1:75", null],
    ["-3", null],
    ["", null],
    ["1:2:3:4", null],
  ])("reads duration %j", (text, ms) => expect(parseDuration(text)).toBe(ms));
  test("numbers follow the language", () => {
    expect(number(1234567.89, "vi", 2)).toBe("1.234.567,89");
    expect(number(1234.5, "lo", 1)).toBe("1.234,5");
    expect(number(1234.5, "en", 1)).toBe("1,234.5");
    expect(bytes(12_345_678, "vi")).toBe("12,3 MB");
    expect(bytes(999_600, "vi")).toBe("1 MB");
  });
  test("near times are relative, far ones absolute", () => {
    const now = at("2026-11-23T05:00:00Z");
    expect(relative(at("2026-11-23T05:00:20Z"), now)).toEqual({ kind: "now" });
    expect(relative(at("2026-11-23T04:55:00Z"), now)).toEqual({ kind: "minutes_ago", count: 5 });
    expect(relative(at("2026-11-23T07:00:00Z"), now)).toEqual({ kind: "hours_ahead", count: 2 });
    expect(relative(at("2026-11-22T03:00:00Z"), now)).toEqual({ kind: "yesterday", time: "10:00" });
    expect(relative(at("2026-08-05T10:05:00Z"), now)).toEqual({ kind: "absolute", text: "05/08/2026 17:05" });
  });
});
