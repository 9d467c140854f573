import type { Charter, CharterChange, CharterPerson, DraftBody } from "../src/api/charter.ts";
import { keys, sha256 } from "./keys.ts";
import { people } from "./people.ts";
import { Refusal } from "./refuse.ts";
import type { Route } from "./route.ts";
import { pendingKeys } from "./signingRoutes.ts";

const day = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * day).toISOString();

const person = (
  id: string,
  may: CharterPerson["may"],
  clusters: string[],
  standing: CharterPerson["standing"] = "active",
): CharterPerson => ({
  id,
  name: people.find((p) => p.id === id)?.name ?? (id === "p90" ? "Bùi Thanh Sơn" : id),
  may,
  clusters,
  valid_from: at(-200),
  valid_until: null,
  standing,
  kept: standing === "retired",
  credentials: [],
});

let charter: Charter | null = {
  number: 3,
  epoch: 1,
  issued_at: at(-61),
  expires_at: at(320),
  roots: ["Hoàng Minh Tuấn", "Nguyễn Hữu Thọ", "Trần Thị Bích Hà"].map((holder) => ({
    holder,
    key: sha256(holder).toString("base64"),
  })),
  root_threshold: 2,
  programme_keys: ["5d1c07aa93be42f0"],
  relying_parties: [{ id: "localhost", origins: ["http://localhost:5173"] }],
  people: [
    person("p2", ["review"], ["*"]),
    person("p3", ["approve", "take_down", "lift"], ["*"]),
    person("p5", ["review", "approve", "take_down", "lift", "place"], ["*"]),
    person("p8", ["take_down", "bulletin", "lift"], ["c1", "c2"]),
    person("p90", ["approve"], ["*"], "retired"),
  ],
  lift_threshold: 2,
  independent_decision: false,
  max_unattended_days: 60,
  pins: [{ id: "91c27f5e00aa4b1d", clusters: ["c1"] }],
  release_signers: [],
  release_threshold: 0,
};
// COTMOC_MOCK_CHARTER=none shows the console before the first charter.
if (process.env.COTMOC_MOCK_CHARTER === "none") charter = null;

const history = [
  { number: 1, issued_at: at(-402), expires_at: at(-37), digest: sha256("1").toString("hex") },
  { number: 2, issued_at: at(-200), expires_at: at(165), digest: sha256("2").toString("hex") },
  { number: 3, issued_at: at(-61), expires_at: at(320), digest: sha256("3").toString("hex") },
];

function state() {
  const now = charter && {
    ...charter,
    people: charter.people.map((p) => ({
      ...p,
      credentials: keys
        .filter((k) => k.person_id === p.id && k.named)
        .map(({ id, kind, rp_id, independent, label }) => ({
          id,
          kind,
          rp_id,
          independent,
          label,
          algorithm: kind === "passkey" ? "ES256" : "EdDSA",
        })),
    })),
  };
  return {
    mode: now ? "charter" : "none",
    charter: now,
    envelope: now ? Buffer.from(JSON.stringify({ payloadType: "charter" })).toString("base64") : undefined,
    history: now ? history : [],
    pending_credentials: pendingKeys(),
    programme_key: sha256("programme").toString("base64"),
    relying_party: { id: "localhost", origins: ["http://localhost:5173"] },
  };
}

const held = (): Charter => {
  if (!charter) throw new Refusal(409, "no_charter");
  return charter;
};

function changes(wanted: DraftBody): CharterChange[] {
  const c = held();
  const out: CharterChange[] = [];
  const add = (kind: string, subject: string, before: unknown, after: unknown) => {
    if (String(before) !== String(after)) out.push({ kind, subject, before: String(before), after: String(after) });
  };
  add("epoch", "", c.epoch, c.epoch + Number(wanted.raise_epoch));
  add("expires_at", "", c.expires_at, wanted.expires_at);
  add("root_threshold", "", c.root_threshold, wanted.root_threshold);
  for (const r of c.roots) {
    const now = wanted.roots.find((x) => x.holder === r.holder);
    add("root", r.holder, r.key, now?.key ?? "");
  }
  for (const r of wanted.roots) if (!c.roots.some((x) => x.holder === r.holder)) add("root", r.holder, "", r.key);
  for (const rp of wanted.relying_parties)
    add("relying_party", rp.id, c.relying_parties.find((x) => x.id === rp.id)?.origins ?? "", rp.origins);
  if (wanted.new_programme_key) {
    add("programme_key", "5d1c07aa93be42f0", "5d1c07aa93be42f0", "");
    add("programme_key", "c0ffee0012345678", "", "c0ffee0012345678");
  }
  add("lift_threshold", "", c.lift_threshold, wanted.lift_threshold);
  add("independent_decision", "", c.independent_decision, wanted.independent_decision);
  add("max_unattended_days", "", c.max_unattended_days, wanted.max_unattended_days);
  const before = state().charter?.people ?? [];
  for (const p of wanted.people) {
    const was = before.find((x) => x.id === p.id);
    const name = was?.name ?? people.find((x) => x.id === p.id)?.name ?? p.id;
    if (!was) add("person_added", name, "", p.standing);
    if (was) add("person_standing", name, was.standing, p.standing);
    if (was && p.standing === "retired" && was.standing !== "retired")
      add("person_kept", name, "", p.kept === "none" ? "" : "set");
    add("person_may", name, (was?.may ?? []).join(", "), p.may.join(", "));
    add("person_clusters", name, (was?.clusters ?? []).join(", "), p.clusters.join(", "));
    for (const k of p.credentials)
      if (!was?.credentials.some((x) => x.id === k))
        add("credential", name, "", `${k} ${keys.find((x) => x.id === k)?.kind} ES256`);
  }
  for (const pin of wanted.pins ?? [])
    if (!pin.id) add("pin", sha256(String(Math.random())).toString("hex").slice(0, 16), "", pin.clusters.join(", "));
  return out;
}

/** A draft as it would be signed, with what people read of it. */
const drafted = (body: DraftBody) => ({
  ...body,
  number: (charter?.number ?? 0) + 1,
  epoch: (charter?.epoch ?? 1) + Number(body.raise_epoch),
  issued_at: Date.now(),
  expires_at: Date.parse(body.expires_at),
  programme_keys: [{ id: "5d1c07aa93be42f0" }],
  people: body.people.map((p) => ({
    ...p,
    name: people.find((x) => x.id === p.id)?.name ?? p.id,
    valid_from: 0,
    valid_until: p.valid_until ? Date.parse(p.valid_until) : 0,
    kept: p.kept === "none" ? "" : "set",
    credentials: keys.filter((k) => p.credentials.includes(k.id)),
  })),
});

export const charterRoutes: Route[] = [
  ["GET", /^\/charter$/, () => state()],
  [
    "POST",
    /^\/charter\/draft$/,
    ({ body }) => ({
      payload: Buffer.from(JSON.stringify(drafted(body))).toString("base64"),
      number: drafted(body).number,
      changes: charter ? changes(body) : [],
    }),
  ],
  [
    "POST",
    /^\/charter$/,
    ({ body }) => {
      const text = Buffer.from(body.envelope, "base64").toString();
      if (!text.includes("signatures")) throw new Refusal(409, "charter_unsigned");
      const c = held();
      history.push({
        number: c.number + 1,
        issued_at: at(0),
        expires_at: c.expires_at,
        digest: sha256("4").toString("hex"),
      });
      charter = { ...c, number: c.number + 1, issued_at: at(0) };
      for (const k of keys) k.named = true;
      return state();
    },
  ],
];
