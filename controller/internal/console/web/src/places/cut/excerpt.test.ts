import { describe, expect, test } from "vitest";
import {
  beginAt,
  clock,
  endAt,
  everything,
  frameAt,
  frameStart,
  lastFrame,
  middleOf,
  moved,
  resized,
  shaped,
} from "./excerpt";

const of = { width: 320, height: 180 };

describe("time", () => {
  test("each frame is found again where it begins and in its middle, at every rate", () => {
    for (const rate of [24_000 / 1001, 24, 25, 30_000 / 1001, 30]) {
      for (let frame = 0; frame < 2000; frame++) {
        expect(frameAt(middleOf(frame, rate), rate)).toBe(frame);
        // What begins there keeps this frame and leaves out the one before; what ends there leaves it out.
        expect(frameStart(frame, rate) / 1000).toBeLessThanOrEqual(frame / rate + 1e-9);
        if (frame > 0) expect(frameStart(frame, rate) / 1000).toBeGreaterThan((frame - 1) / rate);
      }
    }
    expect(lastFrame(3000, 25)).toBe(74);
    expect(lastFrame(0, 25)).toBe(0);
  });

  test("at least a second is left, within the film", () => {
    const e = endAt(beginAt(everything, 500, 3000), 2000, 3000);
    expect([e.from_ms, e.until_ms]).toEqual([500, 2000]);
    expect(beginAt(e, 1500, 3000).from_ms).toBe(1000);
    expect(beginAt(e, -5, 3000).from_ms).toBe(0);
    expect(endAt(e, 600, 3000).until_ms).toBe(1500);
    expect(endAt(e, 9000, 3000).until_ms).toBe(0);
    expect(beginAt(everything, 100, 400).from_ms).toBe(0); // shorter than a second as a whole
  });

  test("clock", () => {
    expect([clock(0), clock(62_500), clock(59_999)]).toEqual(["0:00.00", "1:02.50", "0:59.99"]);
  });
});

describe("crop", () => {
  test("a shape takes the most there is, near to what was chosen", () => {
    expect(shaped(everything.crop, 9 / 16, of)).toEqual({ x: 110, y: 0, width: 101, height: 180 });
    expect(shaped({ x: 300, y: 0, width: 20, height: 20 }, 1, of)).toEqual({ x: 140, y: 0, width: 180, height: 180 });
  });

  test("it never leaves the picture and never gets too small", () => {
    const c = { x: 100, y: 50, width: 100, height: 80 };
    expect(moved(c, 500, -500, of)).toEqual({ x: 220, y: 0, width: 100, height: 80 });
    expect(resized(c, "se", 900, 900, 0, of)).toEqual({ x: 100, y: 50, width: 220, height: 130 });
    expect(resized(c, "nw", -900, -900, 0, of)).toEqual({ x: 0, y: 0, width: 200, height: 130 });
    expect(resized(c, "nw", 900, 900, 0, of)).toEqual({ x: 184, y: 114, width: 16, height: 16 });
  });

  test("a locked shape stays, whichever way a corner goes", () => {
    const c = { x: 100, y: 50, width: 96, height: 54 };
    for (const corner of ["nw", "ne", "sw", "se"] as const)
      for (const [dx, dy] of [
        [40, 0],
        [0, 40],
        [-30, -90],
        [500, 500],
        [-500, 500],
      ] as const) {
        const r = resized(c, corner, dx, dy, 16 / 9, of);
        expect(Math.abs(r.width - (r.height * 16) / 9)).toBeLessThanOrEqual(1);
        expect(r.x >= 0 && r.y >= 0 && r.x + r.width <= of.width && r.y + r.height <= of.height).toBe(true);
      }
  });
});
