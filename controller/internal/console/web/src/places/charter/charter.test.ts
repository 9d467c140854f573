import { expect, test } from "vitest";
import type { Charter } from "@/api/charter";
import { base64, digestOf, utf8 } from "@/signing/bytes";
import { pae } from "@/signing/pae";
import { lackOf, newPerson, nextOf } from "./draft";
import { documentOf, readBrought } from "./signed";

const charter = {
  number: 3,
  expires_at: "2026-12-01T00:00:00Z",
  root_threshold: 2,
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
} as unknown as Charter;

test("the next charter begins as the present one, for a year more", () => {
  const next = nextOf(charter, new Date("2026-11-25T00:00:00Z"));
  expect(next.expires_at).toBe("2027-11-25T00:00:00.000Z");
  expect(next.people.map((p) => p.credentials)).toEqual([["ka"], ["kb"]]);
  expect(next.pins).toEqual([{ id: "p", clusters: ["c1"] }]);
  expect(lackOf(next)).toBeNull();
});

test("a draft says what it lacks", () => {
  const next = nextOf(charter, new Date());
  const person = { ...newPerson("c", ["kc"]), may: ["review" as const] };
  expect(lackOf({ ...next, people: [...next.people, newPerson("c", ["kc"])] })).toBe("may");
  expect(lackOf({ ...next, people: [...next.people, { ...person, credentials: [] }] })).toBe("credentials");
  expect(lackOf({ ...next, people: [...next.people, { ...person, clusters: [] }] })).toBe("clusters");
  expect(lackOf({ ...next, pins: [{ clusters: ["*"], pin: "12345" }] })).toBe("pin");
  expect(lackOf({ ...next, people: next.people.map((p, i) => (i ? { ...p, standing: "retired" } : p)) })).toBe("lift");
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
  const payload = utf8('{"number":4}');
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
    missing: ["Bình", "Hà"],
    left: 1,
  });
  expect(await readBrought(file([await sign(0), await sign(2)]), roots, 2)).toMatchObject({
    left: 0,
    missing: ["Bình"],
  });
  expect(await readBrought(file([await sign(1, utf8("other"))]), roots, 2)).toMatchObject({ by: [], left: 2 });
  expect(await readBrought(utf8('{"number":4,"roots":[]}'), roots, 2)).toEqual({ kind: "unsigned" });
  expect(await readBrought(utf8("hello"), roots, 2)).toEqual({ kind: "other" });
  expect(await readBrought(utf8("[]"), roots, 2)).toEqual({ kind: "other" });
});

test("the line that ends a file is no part of the document", () => {
  expect(documentOf(utf8("{}\r\n"))).toEqual(utf8("{}"));
  expect(documentOf(utf8("\n"))).toEqual(utf8(""));
});
