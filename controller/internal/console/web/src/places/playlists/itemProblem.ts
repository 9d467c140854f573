import type { PlaylistItem } from "@/api/types";

/** Why an item would not play: the programme leaves it out and its slot shows the slate. */
export function itemProblem(item: PlaylistItem, now: Date): "unapproved" | "withdrawn" | "expired" | null {
  if (item.media.state === "withdrawn") return "withdrawn";
  if (item.media.state !== "approved") return "unapproved";
  if (item.media.expires_at && new Date(item.media.expires_at) <= now) return "expired";
  return null;
}
