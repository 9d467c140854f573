import type { Block, Entry, Preview } from "../src/api/types.ts";
import { addDays, instantOf, wall } from "../src/time/zone.ts";
import { screens } from "./fleet.ts";
import { media } from "./media.ts";
import { playlists } from "./playlists.ts";
import { found } from "./refuse.ts";

const entry = (id: string, title: string, playlist: string, change: Partial<Entry>): Entry => ({
  id,
  title,
  playlist_id: playlist,
  playlist_title: playlists.find((p) => p.id === playlist)?.title ?? "",
  target: { clusters: ["c1", "c2"], screens: [], tags: [] },
  rule: { from: "", until: "", weekdays: [], windows: [] },
  priority: 10,
  enabled: true,
  version: 1,
  published: true,
  changed: false,
  ...change,
});

export const entries: Entry[] = [
  entry("e1", "Ngày thường", "pl1", {
    rule: { from: "", until: "", weekdays: [], windows: [{ start: "06:00", end: "22:00" }] },
  }),
  entry("e2", "Giờ cao điểm cửa khẩu", "pl3", {
    target: { clusters: ["c1"], screens: [], tags: [] },
    rule: {
      from: "",
      until: "",
      weekdays: [1, 2, 3, 4, 5],
      windows: [
        { start: "07:00", end: "09:30" },
        { start: "15:00", end: "17:00" },
      ],
    },
    priority: 60,
    published: false,
  }),
  entry("e3", "Phòng cháy rừng", "pl4", {
    target: { clusters: [], screens: [], tags: ["ngoài trời"] },
    rule: { from: "2026-05-01", until: "2026-12-31", weekdays: [6, 7], windows: [{ start: "10:00", end: "14:00" }] },
    priority: 40,
    changed: true,
  }),
];

export function screensOf(e: Entry): string[] {
  return screens
    .filter(
      (s) =>
        e.target.clusters.includes(s.cluster.id) ||
        e.target.screens.includes(s.id) ||
        s.tags.some((t) => e.target.tags.includes(t)),
    )
    .map((s) => s.id);
}

function onDay(e: Entry, day: string): [string, string][] {
  const { from, until, weekdays, windows } = e.rule;
  if (!e.enabled || (from && day < from) || (until && day > until)) return [];
  if (weekdays.length && !weekdays.includes(wall(instantOf(day, "12:00")).weekday)) return [];
  return windows.length ? windows.map((w) => [w.start, w.end]) : [["00:00", "24:00"]];
}

/** A plain week: an entry gives way wherever a higher one overlaps it by its whole length. */
export function week(start: string, cluster: string | null, screen: string | null) {
  const days = Array.from({ length: 7 }, (_, i) => addDays(start, i));
  const shown = screens.filter((s) => (screen ? s.id === screen : !cluster || s.cluster.id === cluster));
  const blocks: Block[] = [];
  for (const s of shown) {
    for (const e of entries.filter((x) => screensOf(x).includes(s.id))) {
      for (const day of days) {
        for (const [from, to] of onDay(e, day)) {
          const rivals = entries.filter(
            (x) =>
              x.priority > e.priority &&
              screensOf(x).includes(s.id) &&
              onDay(x, day).some(([f, t]) => f <= from && t >= to),
          );
          blocks.push({
            entry_id: e.id,
            title: e.title,
            playlist_title: e.playlist_title,
            screen_id: s.id,
            start: instantOf(day, from).toISOString(),
            end: instantOf(day, to).toISOString(),
            priority: e.priority,
            wins: rivals.length === 0,
            hidden_by: rivals.map((r) => r.id),
          });
        }
      }
    }
  }
  return { days, screens: shown.map((s) => ({ id: s.id, name: s.name, cluster_id: s.cluster.id })), blocks };
}

export function preview(screenId: string, at: string): Preview {
  const screen = found(screens.find((s) => s.id === screenId));
  const list = found(playlists[0]);
  const begin = Date.parse(at);
  const slot = (i: number) => {
    const item = list.items[i % list.items.length];
    const m = media.find((x) => x.id === item?.media_id);
    return m
      ? {
          id: m.id,
          title: m.title,
          kind: "image" as const,
          thumbnail_url: m.thumbnail_url,
          rendition_url: m.renditions[0]?.url ?? "",
        }
      : null;
  };
  const time = (i: number) => new Date(begin + i * 10_000).toISOString();
  return {
    screen: { id: screen.id, name: screen.name },
    at,
    kind: "item",
    entry: { id: "e1", title: "Ngày thường" },
    playlist: { id: list.id, title: list.title },
    media: slot(0),
    slot_start: time(0),
    slot_end: time(1),
    offset_ms: 0,
    eligible: [
      { entry_id: "e1", title: "Ngày thường", priority: 10 },
      { entry_id: "e0", title: "Nền", priority: 0 },
    ],
    held: [],
    next: Array.from({ length: 20 }, (_, i) => ({
      media: slot(i + 1),
      slot_start: time(i + 1),
      slot_end: time(i + 2),
    })),
  };
}
