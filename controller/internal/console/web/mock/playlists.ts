import type { Playlist, PlaylistItem, PlaylistPut } from "../src/api/types.ts";
import { media, profiles } from "./media.ts";
import { Refusal } from "./refuse.ts";

let made = 0;
function item(mediaId: string, ms?: number): PlaylistItem {
  const m = media.find((x) => x.id === mediaId);
  if (!m) throw new Refusal(422, "unknown_media");
  made++;
  return {
    id: `i${made}`,
    media_id: m.id,
    media: {
      title: m.title,
      kind: "image", // the mock has no encoder: its films are stills
      state: m.state,
      thumbnail_url: m.thumbnail_url,
      duration_ms: m.source.duration_ms,
      expires_at: m.valid_until,
    },
    duration_ms: ms ?? (m.source.duration_ms || 10_000),
    transition: made % 3 ? "fade" : "cut",
  };
}

export function complete(p: Playlist): Playlist {
  p.total_ms = p.items.reduce((n, i) => n + i.duration_ms, 0);
  const ready = p.items.filter((i) => i.media.state === "approved").length;
  p.completeness = profiles.map((profile) => ({ profile, ready, of: p.items.length }));
  return p;
}

export function makePlaylist(
  id: string,
  title: string,
  mediaIds: string[],
  published: number,
  version: number,
): Playlist {
  return complete({
    id,
    title,
    unit: { id: "u1", name: "Sở Văn hóa, Thể thao và Du lịch Hà Tĩnh" },
    version,
    published_version: published,
    items: mediaIds.map((m) => item(m)),
    total_ms: 0,
    completeness: [],
    used_by: id === "pl1" ? [{ entry_id: "e1", title: "Ngày thường" }] : [],
    updated_at: new Date(Date.now() - 3_600_000).toISOString(),
    updated_by: { id: "p1", name: "Nguyễn Thị Hồng Nhung" },
  });
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `m${from + i}`);

export const playlists: Playlist[] = [
  makePlaylist(
    "pl1",
    "Chương trình ngày thường",
    ["m0", "m1", "m2", "m4", "m8", "m9", "m10", "m12", "m16", "m17", "m18", "m20", "m5"],
    3,
    4,
  ),
  makePlaylist("pl2", "Quốc khánh 2/9", ["m9", "m2", "m0", "m10"], 2, 2),
  makePlaylist("pl3", "Hữu nghị Việt – Lào", range(10, 18), 0, 1),
  makePlaylist("pl4", "Phòng cháy rừng mùa khô", ["m18", "m16"], 1, 1),
];

export function put(p: Playlist, body: PlaylistPut): Playlist {
  if (body.base_version !== p.version) throw new Refusal(409, "version_conflict");
  const old = new Map(p.items.map((i) => [i.id, i]));
  p.items = body.items.map((i) => {
    const known = i.id ? old.get(i.id) : undefined;
    return { ...(known ?? item(i.media_id)), duration_ms: i.duration_ms, transition: i.transition };
  });
  p.title = body.title;
  if (p.version === p.published_version) p.version++;
  p.updated_at = new Date().toISOString();
  return complete(p);
}
