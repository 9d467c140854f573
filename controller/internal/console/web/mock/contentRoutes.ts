import type { Media } from "../src/api/types.ts";
import { media, seenBy } from "./media.ts";
import { picture } from "./pictures.ts";
import { found, Refusal } from "./refuse.ts";
import { type Call, matches, page, type Route } from "./route.ts";
import { me } from "./session.ts";
import { results } from "./tus.ts";

const removed = new Map<string, Media>();
const get = (id: string) => found(media.find((m) => m.id === id));

function matching({ query, request }: Call) {
  const who = me(request).id;
  const state = query.get("state");
  const kind = query.get("kind");
  const language = query.get("language");
  const items = media
    .filter((m) => matches(m.title, query.get("q")))
    .filter((m) => (!state || m.state === state) && (!kind || m.kind === kind))
    .filter((m) => !language || m.languages.includes(language))
    .filter((m) => query.get("author") !== "me" || m.author.id === who)
    .map((m) => seenBy(m, who));
  if (query.get("sort") === "title") items.sort((a, b) => a.title.localeCompare(b.title, "vi"));
  return items;
}

const nothing = () => ({ items: [], next_cursor: "", total: 0 });

function decide(call: Call, decision: Media["decisions"][number]["decision"], state: Media["state"]) {
  const who = me(call.request);
  const item = get(call.id);
  const returned = call.body.decision === "return";
  if ((returned || decision === "withdraw") && !call.body.reason) throw new Refusal(422, "reason_required");
  item.state = returned ? "returned" : state;
  item.decisions.push({
    id: `d-${Date.now()}`,
    decision: returned ? "return" : decision,
    person: { id: who.id, name: who.name },
    at: new Date().toISOString(),
    reason: call.body.reason ?? "",
    declared: decision === "submit",
  });
  return seenBy(item, who.id);
}

export const contentRoutes: Route[] = [
  [
    "GET",
    /^\/media\/([^/]+)\/renditions\/([^/]+)$/,
    ({ id, part, response }) =>
      picture(found(get(id).renditions.find((r) => r.profile === part)).url.slice(7), response),
  ],
  ["GET", /^\/uploads\/([^/]+)\/result$/, ({ id }) => found(results.get(id))],
  ["GET", /^\/media$/, (c) => page(matching(c), c.query)],
  [
    "GET",
    /^\/media\/order$/,
    (c) => {
      const ids = matching(c).map((m) => m.id);
      return { ids, marks: ids.map((id) => get(id).mark), more: false };
    },
  ],
  [
    "GET",
    /^\/media\/some$/,
    ({ query, request }) => {
      const items = (query.get("ids") ?? "").split(",").map((id) => seenBy(get(id), me(request).id));
      return { items, next_cursor: "", total: items.length };
    },
  ],
  ["GET", /^\/(themes|folders|tags|media\/edits)$/, nothing],
  ["GET", /^\/media\/([^/]+)$/, ({ id, request }) => seenBy(get(id), me(request).id)],
  [
    "PATCH",
    /^\/media\/([^/]+)$/,
    ({ id, body, request }) => {
      const item = get(id);
      const { revision: _, ...change } = body;
      Object.assign(item, change, { updated_at: new Date().toISOString() });
      return seenBy(item, me(request).id);
    },
  ],
  [
    "DELETE",
    /^\/media\/([^/]+)$/,
    ({ id }) => {
      removed.set(id, get(id));
      media.splice(media.indexOf(get(id)), 1);
    },
  ],
  [
    "POST",
    /^\/media\/([^/]+)\/restore$/,
    ({ id }) => {
      media.unshift(found(removed.get(id)));
      return get(id);
    },
  ],
  ["POST", /^\/media\/([^/]+)\/submit$/, (c) => decide(c, "submit", "submitted")],
  ["POST", /^\/media\/([^/]+)\/review$/, (c) => decide(c, "review", "reviewed")],
  ["POST", /^\/media\/([^/]+)\/approve$/, (c) => decide(c, "approve", "approved")],
  ["POST", /^\/media\/([^/]+)\/withdraw$/, (c) => decide(c, "withdraw", "withdrawn")],
  [
    "POST",
    /^\/media\/([^/]+)\/revise$/,
    ({ id, request }) => {
      const item = get(id);
      Object.assign(item, { state: "draft", revision: item.revision + 1 });
      return seenBy(item, me(request).id);
    },
  ],
  [
    "GET",
    /^\/queue$/,
    ({ request }) => {
      const who = me(request).id;
      const seen = media.map((m) => seenBy(m, who));
      return {
        review: seen.filter((m) => m.may.review),
        approve: seen.filter((m) => m.may.approve),
        mine_returned: seen.filter((m) => m.state === "returned" && m.author.id === who),
        review_again: who === "p2" ? seen.filter((m) => m.state === "approved").slice(4, 12) : [],
        approve_again: who === "p3" || who === "p5" ? seen.filter((m) => m.state === "approved").slice(0, 9) : [],
        review_more: [],
        approve_more: [],
      };
    },
  ],
];
