import { expect, test } from "vitest";
import type { Media, Rendition } from "@/api/types";
import { addedSince, decidedAgain, deciding, neighbour, waitingItems } from "./waitingItems";

const media = (id: string) => ({ id }) as Media;
const queue = {
  approve: [media("a")],
  review: [media("b"), media("c")],
  mine_returned: [media("x")],
  approve_again: [],
  review_again: [media("d")],
  approve_more: [media("e")],
  review_more: [media("f")],
};
const waiting = waitingItems(queue);

test("approvals come before reviews, own returned items are no part of the queue", () => {
  expect(waiting.map((w) => [w.media.id, w.step])).toEqual([
    ["a", "approve"],
    ["b", "review"],
    ["c", "review"],
  ]);
});

test("the next item follows; at the end the one before", () => {
  expect(neighbour(waiting, "a", 1)).toBe("b");
  expect(neighbour(waiting, "c", 1)).toBe("b");
  expect(neighbour(waiting, "a", -1)).toBe("b");
  expect(neighbour(waiting.slice(0, 1), "a", 1)).toBeUndefined();
});

test("what must be decided again is a queue of its own", () => {
  expect(decidedAgain(queue).map((w) => [w.media.id, w.step])).toEqual([["d", "review"]]);
  expect(decidedAgain(undefined)).toEqual([]);
});

test("what was added to approved items is a queue of its own, and no part of the others", () => {
  expect(addedSince(queue).map((w) => [w.media.id, w.step])).toEqual([
    ["e", "approve"],
    ["f", "review"],
  ]);
  expect(waiting.some((w) => w.media.id === "e")).toBe(false);
});

test("a decision is over what is to be decided alone", () => {
  const renditions = [{ profile: "1080p-landscape" }, { profile: "site-1280x384" }] as Rendition[];
  expect(deciding({ renditions, to_decide: ["site-1280x384"] } as Media)).toEqual([renditions[1]]);
});
