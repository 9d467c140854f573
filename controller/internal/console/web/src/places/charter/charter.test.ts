import { expect, test } from "vitest";
import type { Charter } from "@/api/charter";
import { base64, digestOf, utf8 } from "@/signing/bytes";
import { pae } from "@/signing/pae";
import { firstOf, lackOf, newPerson, nextOf, partiesUsed, withoutRole } from "./draft";
import { partyOf, withParty } from "./parties";
import { readRoot, withRoot } from "./roots";
import { documentOf, readBrought } from "./signed";

const charter = {
  number: 3,
  expires_at: "2026-12-01T00:00:00Z",
  roots: [
    { holder: "An", key: "a" },
    { holder: "Bình", key: "b" },
  ],
  root_threshold: 2,
  relying_parties: [{ id: "old.example", origins: ["https://old.example"] }],
  lift_threshold: 2,
  people: ["a", "b"].map((id) => ({
    id,
    may: ["lift"],
    clusters: ["*"],
    standing: "active",
    kept: false,
    credentials: [{ id: `k${id}` }],
  })),
  pins: [{ id: "p", clusters: ["c1"] }],
  release_signers: [],
  release_threshold: 0,
} as unknown as Charter;

const own = { id: "cotmoc.example", origins: ["https://cotmoc.example"] };
const none = new Set<string>();

test("the next charter begins as the present one, for a year more", () => {
  const next = nextOf(charter, own, new Date("2026-11-25T00:00:00Z"));
  expect(next.expires_at).toBe("2027-11-25T00:00:00.000Z");
  expect(next.people.map((p) => p.credentials)).toEqual([["ka"], ["kb"]]);
  expect(next.pins).toEqual([{ id: "p", clusters: ["c1"] }]);
  expect(next.relying_parties).toEqual([...charter.relying_parties, own]);
  expect(lackOf(next, none)).toBeNull();
});

test("a draft says what it lacks", () => {
  const next = nextOf(charter, own, new Date());
  const person = { ...newPerson("c", ["kc"]), may: ["review" as const] };
  expect(lackOf({ ...next, people: [...next.people, newPerson("c", ["kc"])] }, none)).toBe("may");
  expect(lackOf({ ...next, people: [...next.people, { ...person, credentials: [] }] }, none)).toBe("credentials");
  expect(lackOf({ ...next, people: [...next.people, { ...person, clusters: [] }] }, none)).toBe("clusters");
  expect(lackOf({ ...next, pins: [{ clusters: ["*"], pin: "12345" }] }, none)).toBe("pin");
  expect(lackOf({ ...next, people: next.people.map((p, i) => (i ? { ...p, standing: "retired" } : p)) }, none)).toBe(
    "lift",
  );
});

test("the first charter begins with nobody, and says what it lacks", () => {
  const first = firstOf(own, new Date());
  expect(first.relying_parties).toEqual([own]);
  expect(lackOf(first, none)).toBe("people");
  const { people, roots } = nextOf(charter, own, new Date());
  expect(lackOf({ ...first, people }, none)).toBe("roots");
  expect(lackOf({ ...first, people, roots: roots.slice(1) }, none)).toBe("threshold");
  expect(lackOf({ ...first, people, roots }, none)).toBeNull();
  const used = partiesUsed({ ...first, people }, [
    { id: "ka", rp_id: "old.example" },
    { id: "kb", rp_id: "localhost" },
    { id: "kc", rp_id: "other.example" },
  ]);
  expect([...used]).toEqual(["old.example", "localhost"]);
  expect(lackOf({ ...first, people, roots }, used)).toBe("party");
});

test("roots come from the files of their public halves, one a holder", () => {
  const key = base64(new Uint8Array(32));
  expect(readRoot(`{"holder":" An ","key":"${key}"}\n`)).toEqual({ holder: "An", key });
  for (const text of [
    "hello",
    "{}",
    `{"holder":"","key":"${key}"}`,
    '{"holder":"An","key":"AAAA"}',
    '{"holder":"An","key":"?"}',
  ])
    expect(readRoot(text), text).toBeNull();
  const roots = withRoot(charter.roots, { holder: "An", key });
  expect(roots.map((r) => r.key)).toEqual([key, "b"]);
  expect(withRoot(roots, { holder: "Hà", key: "c" })).toHaveLength(3);
});

test("passkeys sign at named, secure addresses", () => {
  expect(partyOf("cotmoc.example/admin")).toEqual(own);
  expect(partyOf("http://localhost:7788")).toEqual({ id: "localhost", origins: ["http://localhost:7788"] });
  for (const text of ["http://cotmoc.example", "https://192.0.2.1", "https://[::1]", "cotmoc", "", "https://"])
    expect(partyOf(text), text).toBeNull();
  const more = withParty([own], { id: own.id, origins: ["https://cotmoc.example:8443"] });
  expect(more).toEqual([{ id: own.id, origins: ["https://cotmoc.example", "https://cotmoc.example:8443"] }]);
  expect(withParty(more, own)).toEqual(more);
});

const type = "application/vnd.cotmoc.charter.v1+json";

test("a file that comes back names who has signed and who is missing; a forged signature counts for nothing", async () => {
  const pairs = await Promise.all(
    ["An", "Bình", "Hà"].map(async (holder) => {
      const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"])) as CryptoKeyPair;
      const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
      return { holder, pair, raw, id: (await digestOf(raw)).slice(0, 16) };
    }),
  );
  const roots = pairs.map(({ holder, raw }) => ({ holder, key: base64(raw) }));
  const payload = utf8(JSON.stringify({ number: 4, roots, root_threshold: 2 }));
  const sign = async (i: number, bytes = pae(type, payload)) => {
    const p = pairs[i];
    if (!p) throw new Error("no such key");
    return {
      keyid: p.id,
      sig: base64(new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, p.pair.privateKey, bytes))),
    };
  };
  const file = (signatures: unknown[]) =>
    utf8(JSON.stringify({ payloadType: type, payload: base64(payload), signatures }));
  expect(await readBrought(file([await sign(0)]), roots, 2)).toEqual({
    kind: "signed",
    number: 4,
    by: ["An"],
    lacks: [{ whose: "both", left: 1, names: ["Bình", "Hà"] }],
  });
  expect(await readBrought(file([await sign(0), await sign(2)]), roots, 2)).toMatchObject({ lacks: [] });
  expect(await readBrought(file([await sign(1, utf8("other"))]), roots, 2)).toMatchObject({
    by: [],
    lacks: [{ left: 2 }],
  });
  // The first is signed by its own roots; one that changes them, by those before it too.
  expect(await readBrought(file([await sign(0)]), [], 0)).toMatchObject({ lacks: [{ whose: "both", left: 1 }] });
  const before = roots.slice(0, 1);
  expect(await readBrought(file([await sign(1), await sign(2)]), before, 1)).toMatchObject({
    lacks: [{ whose: "before", left: 1, names: ["An"] }],
  });
  expect(await readBrought(file([await sign(0)]), before, 1)).toMatchObject({
    lacks: [{ whose: "own", left: 1, names: ["Bình", "Hà"] }],
  });
  expect(await readBrought(file([await sign(0), await sign(1)]), before, 1)).toMatchObject({ lacks: [] });
  expect(await readBrought(utf8('{"number":4,"roots":[]}'), roots, 2)).toEqual({ kind: "unsigned" });
  expect(await readBrought(utf8("hello"), roots, 2)).toEqual({ kind: "other" });
  expect(await readBrought(utf8("[]"), roots, 2)).toEqual({ kind: "other" });
});

test("the line that ends a file is no part of the document", () => {
  expect(documentOf(utf8("{}\r\n"))).toEqual(utf8("{}"));
  expect(documentOf(utf8("\n"))).toEqual(utf8(""));
});

test("what somebody could sign and no role lets them do is named", () => {
  expect(withoutRole(["review", "lift", "take_down"], [{ role: "reviewer" }])).toEqual(["lift", "take_down"]);
  expect(withoutRole(["lift", "take_down"], [{ role: "emergency" }])).toEqual([]);
  expect(withoutRole(["place", "bulletin"], [])).toEqual(["place", "bulletin"]);
});
