import type { AuditEntry } from "../src/api/types.ts";
import { media } from "./media.ts";
import { people } from "./people.ts";
import { page, type Route } from "./route.ts";

const acts: [kind: string, detail: (i: number) => Record<string, unknown>][] = [
  [
    "login.ok",
    (i) => ({ name: people[i % people.length]?.name, login: people[i % people.length]?.login, address: "10.20.4.17" }),
  ],
  ["decision.approve", (i) => ({ name: media[i % media.length]?.title, revision: 1, reason: "" })],
  [
    "decision.return",
    (i) => ({ name: media[i % media.length]?.title, revision: 2, reason: "Phụ đề tiếng Lào sai dấu ở dòng cuối." }),
  ],
  ["publish.plan", () => ({ name: "Tuần Quốc khánh", screens: 5 })],
  ["login.failed", () => ({ name: "", login: "", address: "203.0.113.80" })],
  ["person.change", (i) => ({ name: people[i % people.length]?.name, grants: [] })],
  ["screen.claim", () => ({ name: "Cổng chính", profile: "1080p-landscape" })],
  ["login.flood", () => ({ count: 1204 })],
];

const entries: AuditEntry[] = Array.from({ length: 240 }, (_, i) => {
  const [kind, detail] = acts[(i * 5) % acts.length] ?? ["login.ok", () => ({})];
  const actor = people[(i * 3) % people.length];
  const nobody = kind === "login.failed" || kind === "login.flood";
  return {
    seq: 240 - i,
    at: new Date(Date.now() - i * 1_700_000).toISOString(),
    actor: nobody ? { id: "", name: "" } : { id: actor?.id ?? "", name: actor?.name ?? "" },
    kind,
    subject: nobody ? "" : `x${i}`,
    detail: detail(i),
    hash: ((0x9e3779b9 * (i + 1)) % 0xffffffff).toString(16).padStart(8, "0").repeat(8),
  };
});

export const auditRoutes: Route[] = [
  [
    "GET",
    /^\/audit$/,
    ({ query }) =>
      page(
        entries.filter(
          (e) =>
            (!query.get("kind") || e.kind.startsWith(query.get("kind") ?? "")) &&
            (!query.get("person") || e.actor.id === query.get("person")),
        ),
        query,
      ),
  ],
  [
    "GET",
    /^\/audit\/people$/,
    ({ query }) =>
      page(
        people.map(({ id, name }) => ({ id, name })),
        query,
      ),
  ],
];
