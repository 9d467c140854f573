import { expect, test } from "vitest";
import { isTall, profileSize } from "./profileName";

test("a shape's name says its pixels", () => {
  expect(profileSize("2160p-portrait")).toEqual({ width: 2160, height: 3840 });
  expect(profileSize("1080p-landscape")).toEqual({ width: 1920, height: 1080 });
  expect(profileSize("site-1280x384")).toEqual({ width: 1280, height: 384 });
  expect(profileSize("4k")).toBeNull();
});

test("a shape is tall by its pixels, not by its name", () => {
  expect(["1080p-portrait", "site-384x1280", "site-1280x384", "2160p-landscape", "4k"].map(isTall)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
