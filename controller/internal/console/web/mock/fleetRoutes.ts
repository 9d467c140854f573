import { screens, stateOf } from "./fleet.ts";
import { media } from "./media.ts";
import { clusters, people, tokens, units } from "./people.ts";
import { found, Refusal } from "./refuse.ts";
import { page, type Route } from "./route.ts";
import { checkPassword } from "./session.ts";

function plays(query: URLSearchParams, only = "") {
  const shown = media.filter((m) => m.state === "approved");
  const all = Array.from({ length: 400 }, (_, i) => {
    const s = screens[(i * 3) % screens.length];
    const m = shown[i % shown.length];
    return {
      id: `play${i}`,
      screen: { id: s?.id ?? "", name: s?.name ?? "" },
      media: i % 50 === 9 ? null : { id: m?.id ?? "", title: m?.title ?? "" },
      bulletin: i % 50 === 9 ? { id: "stormaaaaaaaaaaa", title: "Mưa lũ trên quốc lộ 8A" } : null,
      digest: `sha256-${i}`,
      started_at: new Date(Date.now() - i * 13_000).toISOString(),
      duration_ms: 10_000,
      clock_state: i % 40 === 7 ? "plausible" : "trusted",
      complete: i % 23 !== 5,
      touched: i % 50 === 20,
    };
  });
  const screen = only || query.get("screen");
  return page(
    all.filter(
      (p) => (!screen || p.screen.id === screen) && (!query.get("media") || p.media?.id === query.get("media")),
    ),
    query,
  );
}

/** Plans by cluster, kept until the mock ends. */
const plans = new Map<string, { version: number; screens: unknown[]; shapes: unknown[] }>();
const planOf = (id: string) => ({
  updated_at: null,
  width: 160,
  height: 90,
  ...(plans.get(id) ?? { version: 0, screens: [], shapes: [] }),
});

export const fleetRoutes: Route[] = [
  ["GET", /^\/restored$/, () => ({ waiting: false, ahead: [], unheard: [] })],
  ["GET", /^\/clusters$/, ({ query }) => page(clusters, query)],
  [
    "GET",
    /^\/clusters\/([^/]+)\/site$/,
    ({ id }) => ({
      pin_set_at: null,
      screens: screens
        .filter((s) => s.cluster.id === id)
        .map((s, i) => ({
          screen: { id: s.id, name: s.name },
          pages: [`192.168.10.${i + 11}:9443`],
          fingerprint: "3F A0 77 12",
          addresses: [`192.168.10.${i + 11}:9444`],
          said_at: new Date().toISOString(),
        })),
    }),
  ],
  ["POST", /^\/clusters\/([^/]+)\/site-pin$/, () => ({ pin: "271828" })],
  ["GET", /^\/clusters\/([^/]+)\/plan$/, ({ id }) => planOf(id)],
  [
    "PUT",
    /^\/clusters\/([^/]+)\/plan$/,
    ({ id, body }) => {
      if (body.version !== planOf(id).version) throw new Refusal(409, "plan_changed");
      plans.set(id, { ...body, version: body.version + 1 });
      return planOf(id);
    },
  ],
  ["GET", /^\/screens$/, ({ query }) => page(screens, query)],
  ["GET", /^\/screens\/([^/]+)$/, ({ id }) => found(screens.find((s) => s.id === id))],
  ["GET", /^\/screens\/([^/]+)\/plays$/, ({ id, query }) => plays(query, id)],
  [
    "GET",
    /^\/screens\/([^/]+)\/captures$/,
    ({ id }) => {
      const c = found(screens.find((s) => s.id === id)) && stateOf(found(screens.find((s) => s.id === id))).capture;
      const all = c ? [{ ...c, digest: "x", wanted_id: "" }] : [];
      return { newest: all, items: [], next_cursor: "", total: 0 };
    },
  ],
  ["GET", /^\/plays$/, ({ query }) => plays(query)],
  [
    "GET",
    /^\/touches$/,
    ({ query }) =>
      page(
        media
          .filter((m) => m.state === "approved")
          .slice(0, 12)
          .map((m, i) => ({
            day: new Date(Date.now() - Math.floor(i / 4) * 86_400_000).toISOString().slice(0, 10),
            media: { id: m.id, title: m.title },
            count: 40 - 3 * i,
            duration_ms: (40 - 3 * i) * 11_300,
          })),
        query,
      ),
  ],
  ["GET", /^\/watch$/, () => ({ now: new Date().toISOString(), screens: screens.map(stateOf) })],
  [
    "POST",
    /^\/screens\/claim$/,
    ({ body }) => {
      if (!/^[2-9A-Z]{4}-?[2-9A-Z]{4}$/.test(body.code)) throw new Refusal(422, "code_unknown");
      const made = {
        ...body,
        id: `s${Date.now()}`,
        cluster: clusters.find((c) => c.id === body.cluster_id),
        time_zone: "",
      };
      screens.push(made);
      return made;
    },
  ],
  ["GET", /^\/people$/, ({ query }) => page(people, query)],
  ["GET", /^\/units$/, ({ query }) => page(units, query)],
  ["GET", /^\/tokens$/, ({ query }) => page(tokens, query)],
  [
    "POST",
    /^\/tokens$/,
    ({ body }) => {
      checkPassword(body.password);
      const made = {
        id: `t${Date.now()}`,
        name: body.name,
        created_at: new Date().toISOString(),
        last_used_at: null,
        expires_at: null,
      };
      tokens.push(made);
      return { ...made, secret: "cmt_mau_7Qk2xWc9" };
    },
  ],
  [
    "DELETE",
    /^\/tokens\/([^/]+)$/,
    ({ id }) =>
      void tokens.splice(
        tokens.findIndex((t) => t.id === id),
        1,
      ),
  ],
];
