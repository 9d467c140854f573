import { describe, expect, test } from "vitest";
import type { Media, PlaylistItem } from "@/api/types";
import { at, type Draft, insert, itemOf, move, startOf, stillMs, toPut, totalMs, without } from "./editing";

const item = (id: string, seconds: number) =>
  ({ id, media_id: `m-${id}`, duration_ms: seconds * 1000, transition: "cut" }) as PlaylistItem;
const draft: Draft = { title: " Sáng ", items: [item("a", 10), item("b", 5), item("c", 15)] };
const ids = (d: Draft) => d.items.map((i) => i.id).join("");

describe("playlist editing", () => {
  test("items move and are put in; outside places change nothing", () => {
    expect(ids(move(draft, 0, 2))).toBe("bca");
    expect(ids(move(draft, 2, 0))).toBe("cab");
    expect(move(draft, 0, 3)).toBe(draft);
    expect(ids(insert(draft, item("x", 1), 1))).toBe("axbc");
    expect(ids(without(draft, "b"))).toBe("ac");
  });

  test("a film keeps its length, a picture gets the usual one", () => {
    const media = (kind: "image" | "video", ms: number) => ({ id: "m", kind, source: { duration_ms: ms } }) as Media;
    expect(itemOf(media("video", 23_400)).duration_ms).toBe(23_400);
    expect(itemOf(media("image", 0)).duration_ms).toBe(stillMs);
  });

  test("the loop's position is a function of the time alone", () => {
    expect(totalMs(draft.items)).toBe(30_000);
    expect(at(draft.items, 0)).toEqual({ index: 0, offset: 0 });
    expect(at(draft.items, 9_999)).toEqual({ index: 0, offset: 9_999 });
    expect(at(draft.items, 10_000)).toEqual({ index: 1, offset: 0 });
    expect(at(draft.items, 61_000)).toEqual({ index: 0, offset: 1000 });
    expect(at([], 5)).toEqual({ index: 0, offset: 0 });
    expect(startOf(draft.items, 2)).toBe(15_000);
  });

  test("what is sent names known items by id and new ones by media alone", () => {
    const put = toPut(insert(draft, { ...item("x", 1), id: "new-9" }, 0), 7);
    expect(put.base_version).toBe(7);
    expect(put.title).toBe("Sáng");
    expect(put.items[0]).toEqual({ media_id: "m-x", duration_ms: 1000, transition: "cut" });
    expect(put.items[1]?.id).toBe("a");
  });
});
