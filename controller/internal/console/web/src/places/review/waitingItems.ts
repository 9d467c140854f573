import type { Media, Queue, Rendition } from "@/api/types";

export interface Waiting {
  media: Media;
  step: "review" | "approve";
}

/** What waits for a decision, the oldest first: what was reviewed before what is new. */
export function waitingItems(queue: Queue | undefined): Waiting[] {
  if (!queue) return [];
  return [
    ...queue.approve.map((media): Waiting => ({ media, step: "approve" })),
    ...queue.review.map((media): Waiting => ({ media, step: "review" })),
  ];
}

/** What was decided before without a signature that counts now. */
export function decidedAgain(queue: Queue | undefined): Waiting[] {
  if (!queue) return [];
  return [
    ...queue.approve_again.map((media): Waiting => ({ media, step: "approve" })),
    ...queue.review_again.map((media): Waiting => ({ media, step: "review" })),
  ];
}

/** Approved items with pictures that were added since, for screens of another shape. */
export function addedSince(queue: Queue | undefined): Waiting[] {
  if (!queue) return [];
  return [
    ...queue.approve_more.map((media): Waiting => ({ media, step: "approve" })),
    ...queue.review_more.map((media): Waiting => ({ media, step: "review" })),
  ];
}

/** What a decision about an item is over: nobody signs for what is approved already. */
export function deciding(media: Media): Rendition[] {
  return media.renditions.filter((r) => media.to_decide.includes(r.profile));
}

/** The item to show after one is decided: the next in the queue, else the one before. */
export function neighbour(waiting: Waiting[], id: string, by: 1 | -1): string | undefined {
  const at = waiting.findIndex((w) => w.media.id === id);
  return (waiting[at + by] ?? waiting[at - by])?.media.id;
}
