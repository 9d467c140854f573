import type { Media, Playlist, PlaylistItem, PlaylistPut } from "@/api/types";

/** A still picture stays this long unless told otherwise. */
export const stillMs = 10_000;
export const leastMs = 1000;

/** The playlist as it stands in the editor; items have keys before the server knows them. */
export interface Draft {
  title: string;
  items: PlaylistItem[];
}

export const draftOf = (p: Playlist): Draft => ({ title: p.title, items: p.items });

let made = 0;
/** A new item for a media; a film keeps its own length. */
export function itemOf(media: Media): PlaylistItem {
  made++;
  return {
    id: `new-${made}`,
    media_id: media.id,
    media: {
      title: media.title,
      kind: media.kind,
      state: media.state,
      thumbnail_url: media.thumbnail_url,
      duration_ms: media.source.duration_ms,
      expires_at: media.valid_until,
    },
    duration_ms: media.kind === "video" && media.source.duration_ms > 0 ? media.source.duration_ms : stillMs,
    transition: "fade",
  };
}

export function insert(draft: Draft, item: PlaylistItem, at: number): Draft {
  return { ...draft, items: draft.items.toSpliced(at, 0, item) };
}

export function move(draft: Draft, from: number, to: number): Draft {
  const item = draft.items[from];
  if (!item || to < 0 || to >= draft.items.length) return draft;
  return { ...draft, items: draft.items.toSpliced(from, 1).toSpliced(to, 0, item) };
}

export function change(
  draft: Draft,
  id: string,
  patch: Partial<Pick<PlaylistItem, "duration_ms" | "transition">>,
): Draft {
  return { ...draft, items: draft.items.map((i) => (i.id === id ? { ...i, ...patch } : i)) };
}

export const without = (draft: Draft, id: string): Draft => ({
  ...draft,
  items: draft.items.filter((i) => i.id !== id),
});

export const totalMs = (items: Pick<PlaylistItem, "duration_ms">[]) => items.reduce((n, i) => n + i.duration_ms, 0);

/** What is sent: items that are new have no id yet. */
export function toPut(draft: Draft, baseVersion: number): PlaylistPut {
  return {
    base_version: baseVersion,
    title: draft.title.trim(),
    items: draft.items.map((i) => ({
      ...(i.id.startsWith("new-") ? {} : { id: i.id }),
      media_id: i.media_id,
      duration_ms: i.duration_ms,
      transition: i.transition,
    })),
  };
}

/** Which item plays at a time into the loop, and how far into it. */
export function at(items: Pick<PlaylistItem, "duration_ms">[], ms: number): { index: number; offset: number } {
  const total = totalMs(items);
  if (total === 0) return { index: 0, offset: 0 };
  let rest = ((ms % total) + total) % total;
  for (const [index, item] of items.entries()) {
    if (rest < item.duration_ms) return { index, offset: rest };
    rest -= item.duration_ms;
  }
  return { index: 0, offset: 0 };
}

export const startOf = (items: Pick<PlaylistItem, "duration_ms">[], index: number) => totalMs(items.slice(0, index));
