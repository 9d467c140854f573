import type { Crop, Excerpt } from "@/api/types";

/** The least time and the least side that can be cut out. */
export const shortest = 1000;
const leastSide = 16;

export const whole: Crop = { x: 0, y: 0, width: 0, height: 0 };
export const everything: Excerpt = { from_ms: 0, until_ms: 0, crop: whole, silent: false, audio: 0, subtitles: 0 };

export interface Size {
  width: number;
  height: number;
}
export type Corner = "nw" | "ne" | "sw" | "se";

export const isWhole = (c: Crop) => c.width === 0 || c.height === 0;
export const sameCrop = (a: Crop, b: Crop) =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
export const same = (a: Excerpt, b: Excerpt) =>
  a.from_ms === b.from_ms &&
  a.until_ms === b.until_ms &&
  a.silent === b.silent &&
  a.audio === b.audio &&
  a.subtitles === b.subtitles &&
  sameCrop(a.crop, b.crop);

const clamp = (n: number, least: number, most: number) => Math.min(Math.max(n, least), Math.max(least, most));

/** Where a frame begins, in whole milliseconds that lie in no frame before it. */
export const frameStart = (frame: number, rate: number) => Math.floor((frame * 1000) / rate);
export const frameAt = (seconds: number, rate: number) => Math.max(0, Math.floor(seconds * rate + 1e-6));
export const lastFrame = (length: number, rate: number) => Math.max(0, Math.ceil((length * rate) / 1000 - 1e-6) - 1);
/** A time at which a player is sure to show a frame. */
export const middleOf = (frame: number, rate: number) => (frame + 0.5) / rate;

export const endOf = (e: Excerpt, length: number) => (e.until_ms === 0 ? length : e.until_ms);

/** Begins at a time; never so late that less than the least is left. */
export function beginAt(e: Excerpt, ms: number, length: number): Excerpt {
  return { ...e, from_ms: clamp(Math.round(ms), 0, endOf(e, length) - shortest) };
}

/** Ends at a time, exclusive; never so early that less than the least is left. */
export function endAt(e: Excerpt, ms: number, length: number): Excerpt {
  const until = clamp(Math.round(ms), e.from_ms + shortest, length);
  return { ...e, until_ms: until >= length ? 0 : until };
}

/** The largest part of a shape, as near as can be to where the crop was. */
export function shaped(crop: Crop, aspect: number, of: Size): Crop {
  const c = isWhole(crop) ? { x: 0, y: 0, ...of } : crop;
  const width = Math.min(of.width, Math.round(of.height * aspect));
  const height = Math.min(of.height, Math.round(width / aspect));
  return placed({ x: c.x + (c.width - width) / 2, y: c.y + (c.height - height) / 2, width, height }, of);
}

function placed(c: Crop, of: Size): Crop {
  const width = clamp(Math.round(c.width), Math.min(leastSide, of.width), of.width);
  const height = clamp(Math.round(c.height), Math.min(leastSide, of.height), of.height);
  return {
    x: clamp(Math.round(c.x), 0, of.width - width),
    y: clamp(Math.round(c.y), 0, of.height - height),
    width,
    height,
  };
}

export const moved = (c: Crop, dx: number, dy: number, of: Size) => placed({ ...c, x: c.x + dx, y: c.y + dy }, of);

/** Drags a corner; the opposite one stays. An aspect of 0 is free. */
export function resized(c: Crop, corner: Corner, dx: number, dy: number, aspect: number, of: Size): Crop {
  const west = corner.endsWith("w");
  const north = corner.startsWith("n");
  const room = { width: west ? c.x + c.width : of.width - c.x, height: north ? c.y + c.height : of.height - c.y };
  let width = clamp(c.width + (west ? -dx : dx), leastSide, room.width);
  let height = clamp(c.height + (north ? -dy : dy), leastSide, room.height);
  if (aspect > 0) {
    if (Math.abs(dx) < Math.abs(dy) * aspect) width = height * aspect;
    width = clamp(width, leastSide * Math.max(1, aspect), Math.min(room.width, room.height * aspect));
    height = width / aspect;
  }
  width = Math.round(width);
  height = Math.min(Math.round(height), room.height);
  return placed({ x: west ? c.x + c.width - width : c.x, y: north ? c.y + c.height - height : c.y, width, height }, of);
}

/** Minutes, seconds and hundredths: 1:02.50 */
export function clock(ms: number): string {
  const hundredths = Math.floor(ms / 10 + 1e-6);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}
