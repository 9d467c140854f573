import { expect, test } from "vitest";
import type { Media } from "@/api/types";
import { decidedAgain, neighbour, waitingItems } from "./waitingItems";

const media = (id: string) => ({ id }) as Media;
const queue = {
  approve: [media("a")],
  review: [media("b"), media("c")],
  mine_returned: [media("x")],
  approve_again: [],
  review_again: [media("d")],
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
