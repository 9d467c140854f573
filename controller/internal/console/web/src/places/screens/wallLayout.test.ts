import { expect, test } from "vitest";
import { wallLayout } from "./wallLayout";

test.each([1, 2, 5, 8, 24, 60, 120])("%i tiles have a place each on 1920×1080", (n) => {
  const l = wallLayout(n, 1880, 980);
  expect(l.columns * l.rows).toBeGreaterThanOrEqual(n);
  expect((l.rows - 1) * l.columns).toBeLessThan(n); // no row is empty
  expect(980 / l.rows).toBeGreaterThan(60);
});

test("few screens show both pictures large, many one", () => {
  expect(wallLayout(8, 1880, 980).pair).toBe(true);
  expect(wallLayout(60, 1880, 980).pair).toBe(false);
  expect(wallLayout(0, 1880, 980)).toMatchObject({ columns: 1, rows: 1 });
});
