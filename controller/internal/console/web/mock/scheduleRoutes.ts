import type { Entry, Publication, Stage } from "../src/api/types.ts";
import { screens } from "./fleet.ts";
import { media } from "./media.ts";
import { playlists } from "./playlists.ts";
import { found } from "./refuse.ts";
import { page, type Route } from "./route.ts";
import { entries, preview, screensOf, week } from "./schedule.ts";

const get = (id: string) => found(entries.find((e) => e.id === id));
const named = (e: Entry) => ({ ...e, playlist_title: playlists.find((p) => p.id === e.playlist_id)?.title ?? "" });
const slates = new Map([["1080p-landscape", "m0"]]);
const stages: Stage[] = ["desired", "received", "cached", "scheduled", "shown"];
const publications: Publication[] = [];

function publish(): Publication {
  const now = new Date().toISOString();
  for (const e of entries) Object.assign(e, { published: true, changed: false });
  for (const p of playlists) p.published_version = p.version;
  const made: Publication = {
    id: `pub${publications.length + 1}`,
    at: now,
    by: { id: "p1", name: "Nguyễn Thị Hồng Nhung" },
    note: "",
    kind: "publish",
    screens: screens.map((s) => ({ screen_id: s.id, name: s.name, counter: 13, stage: "desired", at: now })),
  };
  publications.unshift(made);
  return made;
}

/** The mock's screens come to show it one after the other. */
function advance(p: Publication): Publication {
  const seconds = (Date.now() - Date.parse(p.at)) / 1000;
  for (const [i, s] of p.screens.entries()) {
    const stage = stages[Math.max(0, Math.min(i === 2 ? 0 : 4, Math.floor((seconds - i) / 1.5)))] ?? "desired";
    if (stage !== s.stage) Object.assign(s, { stage, at: new Date().toISOString() });
  }
  return p;
}

function changes() {
  return screens.map((s, i) => {
    const mine = entries.filter((e) => screensOf(e).includes(s.id) && (!e.published || e.changed));
    return {
      screen: { id: s.id, name: s.name, cluster: s.cluster },
      changed: mine.length > 0,
      added: mine.length ? media.slice(10, 13 + i).map((m) => ({ media_id: m.id, title: m.title })) : [],
      removed: mine.length ? [{ media_id: "m4", title: media[4]?.title ?? "" }] : [],
      entries_added: mine.filter((e) => !e.published).map((e) => ({ id: e.id, title: e.title })),
      entries_removed: [],
      bytes_to_fetch: mine.length ? 84_000_000 : 0,
      eta_s: 320,
      first_show_at: mine.length ? new Date(Date.now() + 3_600_000).toISOString() : null,
    };
  });
}

export const scheduleRoutes: Route[] = [
  ["GET", /^\/schedule\/entries$/, ({ query }) => page(entries.map(named), query)],
  [
    "POST",
    /^\/schedule\/entries$/,
    ({ body }) => {
      const made = named({ ...body, id: `e${Date.now()}`, version: 1, published: false, changed: true });
      entries.push(made);
      return made;
    },
  ],
  ["GET", /^\/schedule\/entries\/([^/]+)$/, ({ id }) => named(get(id))],
  [
    "PUT",
    /^\/schedule\/entries\/([^/]+)$/,
    ({ id, body }) => named(Object.assign(get(id), body, { changed: true, version: get(id).version + 1 })),
  ],
  ["DELETE", /^\/schedule\/entries\/([^/]+)$/, ({ id }) => void entries.splice(entries.indexOf(get(id)), 1)],
  [
    "GET",
    /^\/schedule\/week$/,
    ({ query }) => week(query.get("start") ?? "", query.get("cluster"), query.get("screen")),
  ],
  ["GET", /^\/preview$/, ({ query }) => preview(query.get("screen") ?? "", query.get("at") ?? "")],
  [
    "GET",
    /^\/slates\/([^/]+)$/,
    ({ id }) => ({ profile: id, media: media.find((m) => m.id === slates.get(id)) ?? null }),
  ],
  [
    "PUT",
    /^\/slates\/([^/]+)$/,
    ({ id, body }) => {
      slates.set(id, body.media_id);
      return { profile: id, media: media.find((m) => m.id === body.media_id) ?? null };
    },
  ],
  [
    "GET",
    /^\/publish\/preview$/,
    () => ({
      changes: changes(),
      blocked: [],
      left_out: [],
      held: [],
      since: {
        publication_id: "pub0",
        at: new Date(Date.now() - 86_000_000).toISOString(),
        by: { id: "p1", name: "Nguyễn Thị Hồng Nhung" },
      },
    }),
  ],
  ["POST", /^\/publish$/, publish],
  ["GET", /^\/publications$/, ({ query }) => page(publications.map(advance), query)],
  ["GET", /^\/publications\/([^/]+)$/, ({ id }) => advance(found(publications.find((p) => p.id === id)))],
];
