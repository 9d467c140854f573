import { expect, test } from "vitest";
import type { Media } from "@/api/types";
import { neighbour, waitingItems } from "./waitingItems";

const media = (id: string) => ({ id }) as Media;
const waiting = waitingItems({ approve: [media("a")], review: [media("b"), media("c")], mine_returned: [media("x")] });

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
