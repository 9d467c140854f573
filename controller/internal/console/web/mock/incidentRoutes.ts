import { screens } from "./fleet.ts";
import { people } from "./people.ts";
import { found } from "./refuse.ts";
import { page, type Route } from "./route.ts";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const named = (n: number) => ({ id: screens[n]?.id ?? "", name: screens[n]?.name ?? "" });

function made(id: string, rule: string, severity: string, code: string, screen: number, minutes: number) {
  return {
    id,
    rule,
    severity,
    screen: named(screen),
    cluster: screens[screen]?.cluster ?? { id: "", name: "" },
    code,
    params: {},
    since: ago(minutes + 1),
    opened_at: ago(minutes),
    good_since: null as string | null,
    recovered: false,
    flaps: 0,
    owner: null as { id: string; name: string } | null,
    taken_at: null as string | null,
    closed_at: null as string | null,
    closed_by: null as { id: string; name: string } | null,
    close_reason: "",
    hints: [],
    members: [],
    may_handle: true,
    evidence: [],
    entries: [
      { seq: 1, at: ago(minutes), kind: "opened", by: null, to: null, severity, reason: "", text: "", params: {} },
    ],
  };
}

const incidents = [
  made("suco1aaaaaaaaaaa", "wrong_content", "critical", "other_item", 1, 2),
  made("suco2aaaaaaaaaaa", "offline", "warning", "silent", 2, 14),
];
const me = () => ({ id: people[0]?.id ?? "", name: people[0]?.name ?? "" });
const change = (id: string, what: object) => Object.assign(found(incidents.find((i) => i.id === id)), what);

export const incidentRoutes: Route[] = [
  [
    "GET",
    /^\/incidents$/,
    ({ query }) =>
      page(
        incidents.filter((i) => (query.get("state") === "closed") === (i.closed_at !== null)),
        query,
      ),
  ],
  ["GET", /^\/incidents\/counts$/, () => ({ critical: 1, warning: 1, info: 0, untaken: 2, mine: 0 })],
  ["GET", /^\/incidents\/([^/]+)$/, ({ id }) => found(incidents.find((i) => i.id === id))],
  ["GET", /^\/incidents\/([^/]+)\/handlers$/, ({ query }) => page(people, query)],
  ["POST", /^\/incidents\/([^/]+)\/acknowledge$/, ({ id }) => change(id, { owner: me(), taken_at: ago(0) })],
  ["POST", /^\/incidents\/([^/]+)\/release$/, ({ id }) => change(id, { owner: null, taken_at: null })],
  [
    "POST",
    /^\/incidents\/([^/]+)\/close$/,
    ({ id, body }) => change(id, { closed_at: ago(0), closed_by: me(), close_reason: body.reason }),
  ],
  ["POST", /^\/incidents\/([^/]+)\/reopen$/, ({ id }) => change(id, { closed_at: null, closed_by: null })],
  ["GET", /^\/maintenance$/, ({ query }) => page([], query)],
  [
    "GET",
    /^\/runbooks\/([^/]+)$/,
    ({ id }) => ({
      name: id,
      language: "vi",
      title: "Màn hình mất kết nối",
      blocks: [{ kind: "step", text: "**Nhìn màn hình**: còn hình không?" }],
    }),
  ],
];
