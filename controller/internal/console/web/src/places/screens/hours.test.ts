import { describe, expect, test } from "vitest";
import { clockOf, dailyWeek, everyDay, hoursOf, minutesOf, weekOf } from "./hours";

describe("operating hours", () => {
  test("clocks and minutes", () => {
    expect(clockOf(390)).toBe("06:30");
    expect(minutesOf("06:30")).toBe(390);
    expect(clockOf(1440)).toBe("24:00");
  });

  test("every day by day", () => {
    const h = hoursOf(dailyWeek({ from: "06:00", until: "22:00" }));
    expect(h?.week).toHaveLength(7);
    expect(h?.week[0]).toEqual({ day: 1, from: 360, until: 1320 });
    expect(h && everyDay(h)).toEqual({ from: "06:00", until: "22:00" });
  });

  test("over midnight and back", () => {
    const h = hoursOf(dailyWeek({ from: "18:00", until: "02:00" }));
    expect(h?.week).toHaveLength(14);
    expect(h?.week[0]).toEqual({ day: 1, from: 0, until: 120 });
    expect(h && everyDay(h)).toEqual({ from: "18:00", until: "02:00" });
  });

  test("until midnight", () => {
    const h = hoursOf(dailyWeek({ from: "06:00", until: "24:00" }));
    expect(h?.week).toHaveLength(7);
    expect(h && everyDay(h)).toEqual({ from: "06:00", until: "24:00" });
  });

  test("weekdays with a break, Sunday into Monday", () => {
    const week = [
      [
        { from: "07:00", until: "11:30" },
        { from: "13:00", until: "17:00" },
      ],
      [],
      [],
      [],
      [],
      [],
      [{ from: "20:00", until: "01:00" }],
    ];
    const h = hoursOf(week);
    expect(h?.week.map((v) => [v.day, v.from, v.until])).toEqual([
      [1, 0, 60],
      [1, 420, 690],
      [1, 780, 1020],
      [7, 1200, 1440],
    ]);
    expect(h && weekOf(h)).toEqual(week);
    expect(h && everyDay(h)).toBeNull();
  });

  test("nothing and overlaps are no week", () => {
    expect(hoursOf([[], [], [], [], [], [], []])).toBeNull();
    expect(
      hoursOf([
        [
          { from: "07:00", until: "12:00" },
          { from: "11:00", until: "13:00" },
        ],
        [],
        [],
        [],
        [],
        [],
        [],
      ]),
    ).toBeNull();
    expect(
      hoursOf([[{ from: "20:00", until: "08:00" }], [{ from: "07:00", until: "09:00" }], [], [], [], [], []]),
    ).toBeNull();
  });
});
