import { expect, test, vi } from "vitest";
import type { Order } from "@/api/orders";
import { base64, base64url, digestOf, fromBase64, fromBase64url, hex, textOf, utf8 } from "./bytes";
import { checkPrepared } from "./evidence";
import { open, seal } from "./keyFile";
import { orderType, readOrder } from "./order";
import { checkOrder } from "./orderEvidence";
import { challenge, pae } from "./pae";
import { batchType, covers, readStatement, statementType } from "./statement";
import { vectors as v } from "./vectors.test.data";

const statement = fromBase64(v.statement);
const second = fromBase64(v.second);
const batch = fromBase64(v.batch);

test("base64 and base64url go there and back, padding and signs included", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(fromBase64(base64(all))).toEqual(all);
  expect(base64url(all)).not.toMatch(/[+/=]/);
  expect(fromBase64url(base64url(all))).toEqual(all);
  expect(() => fromBase64url("a+b")).toThrow();
  expect(() => textOf(new Uint8Array([0xff]))).toThrow();
});

test("the pre-authentication encoding counts bytes, not letters, as the controller does", () => {
  expect(hex(pae("t", utf8("é")))).toBe("44535345763120312074203220c3a9");
});

test("challenges are the controller's for a statement and for a batch", async () => {
  expect(base64url(await challenge(statementType, statement))).toBe(v.statementChallenge);
  expect(base64url(await challenge(batchType, batch))).toBe(v.batchChallenge);
});

test("a statement is read from the controller's bytes, line separators and quotes included", () => {
  const { predicate, subject } = readStatement(statement);
  expect(predicate.title).toBe('Chợ <Tết> & biên giới \u2028 "Hòa"\t\\');
  expect(predicate.act).toBe("approve");
  expect(predicate.valid_until).toBe(1796058000000);
  expect(subject.map((s) => s.name)).toEqual(["1080p-landscape", "1080p-portrait"]);
  expect(subject.map((s) => s.mediaType)).toEqual(["image/jpeg", "video/mp4"]);
});

test.each([
  ["a space", (s: string) => s.replace(":", ": ")],
  ["an unknown field", (s: string) => s.replace('{"_type"', '{"a":1,"_type"')],
  ["a repeated field", (s: string) => s.replace('"act":"approve"', '"act":"review","act":"approve"')],
  ["another order", (s: string) => s.replace(/("media":"[^"]+"),("revision":3)/, "$2,$1")],
  ["a missing field", (s: string) => s.replace('"reason":"",', "")],
  ["a text for a number", (s: string) => s.replace('"revision":3', '"revision":"3"')],
  ["an escape that is not needed", (s: string) => s.replace("Duy", "\\u0044uy").replace("approve", "\\u0061pprove")],
  ["another type", (s: string) => s.replace("Statement/v1", "Statement/v2")],
  ["no renditions", (s: string) => s.replace(/"subject":\[.*?\],"pred/, '"subject":[],"pred')],
  ["a broken digest", (s: string) => s.replace(/"sha256":"../, '"sha256":"zz')],
])("bytes with %s are no statement", (_, spoil) => {
  const text = textOf(statement);
  expect(spoil(text)).not.toBe(text);
  expect(() => readStatement(utf8(spoil(text)))).toThrow();
});

test("a batch covers exactly its statements", async () => {
  expect(await covers(batchType, batch, [second, statement])).toBe(true);
  expect(await covers(batchType, batch, [statement, statement])).toBe(false);
  expect(await covers(batchType, batch, [statement, second, utf8("x")])).toBe(false);
  expect(await covers(statementType, batch, [statement, second])).toBe(false);
  expect(await covers(statementType, statement, [statement])).toBe(true);
  expect(await covers(statementType, second, [statement])).toBe(false);
  expect(await covers(batchType, statement, [statement])).toBe(false);
});

const { person, media } = readStatement(statement).predicate;
const asked = { act: "approve" as const, media: [media], person };
const prepared = {
  statements: [{ media_id: media, statement: v.statement }],
  payload_type: statementType,
  payload: v.statement,
  challenge: v.statementChallenge,
};

test("what was asked for is shown from its bytes", async () => {
  expect(await checkPrepared(prepared, asked)).toMatchObject({ payloadType: statementType });
});

test.each([
  ["challenge", { challenge: v.batchChallenge }, {}],
  ["payload", { payload: v.second }, {}],
  ["payload", { payload_type: batchType }, {}],
  ["payload", { statements: [{ media_id: media, statement: base64(utf8("{}")) }] }, {}],
  ["act", {}, { act: "review" as const }],
  ["person", {}, { person: "somebody" }],
  ["media", {}, { media: ["another"] }],
])("a fault of the %s stops the signature", async (fault, change, wish) => {
  expect(await checkPrepared({ ...prepared, ...change }, { ...asked, ...wish })).toBe(fault);
});

test("an order is read from the controller's bytes", () => {
  const order = readOrder(fromBase64(v.order));
  expect(order.text).toEqual([{ language: "vi", title: "Bão số 5", body: "Dòng một\nDòng <hai>" }]);
  expect(order.until - order.issued_at).toBe(7_200_000);
  expect(() => readOrder(utf8(textOf(fromBase64(v.order)).replace('"kind"', '"sort"')))).toThrow();
});

test("a key file of the controller opens with its passphrase, in either form of ă, and no other", async () => {
  expect(hex((await open(v.keyFile, v.passphrase.normalize("NFD"))) as Uint8Array<ArrayBuffer>)).toBe(v.pkcs8);
  expect(await open(v.keyFile, "sai cụm mật khẩu")).toBe("key_file_passphrase");
  expect(await open("hello", v.passphrase)).toBe("key_file_damaged");
  expect(await open("-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", v.passphrase)).toBe(
    "key_file_plain",
  );
});

test("a key that was sealed here opens again", async () => {
  const text = await seal(utf8("key"), v.passphrase, 10);
  expect(await open(text, v.passphrase)).toEqual(utf8("key"));
});

test("a key signs as the controller's and has its id", async () => {
  vi.stubGlobal("window", { isSecureContext: true });
  const { credentialId, signBytes } = await import("./keys");
  const bytes = Uint8Array.from(v.pkcs8.match(/../g) ?? [], (h) => Number.parseInt(h, 16));
  const key = await crypto.subtle.importKey("pkcs8", bytes, { name: "Ed25519" }, true, ["sign"]);
  expect(await credentialId(key)).toBe(v.credential);
  expect(hex(await signBytes(key, pae("t", utf8("é"))))).toBe(v.signature);
});

test("digests are lower-case hex", async () => {
  expect(await digestOf(utf8("a"))).toBe("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
});

const wish = {
  kind: "bulletin" as const,
  clusters: ["*"],
  text: [{ language: "vi", title: "Bão  số 5", body: "Dòng một\nDòng <hai>" }],
  level: "urgent" as const,
  minutes: 120,
};

const given = async () => ({
  order: v.order,
  payload_type: orderType,
  challenge: base64url(await challenge(orderType, fromBase64(v.order))),
});

test("an order that was wished for is shown from its bytes, as is the one that waits and no other", async () => {
  const shown = { words: { kind: "bulletin", level: "urgent" } };
  expect(await checkOrder(await given(), wish)).toMatchObject(shown);
  const { id, kind, clusters, screens, lifts } = readOrder(fromBase64(v.order));
  const waiting = { id, kind, clusters, screens, lifts } as Order;
  expect(await checkOrder(await given(), waiting)).toMatchObject(shown);
  for (const other of [{ id: "x" }, { kind: "lift" }, { clusters: ["c1"] }, { screens: ["s1"] }, { lifts: "x" }])
    expect(await checkOrder(await given(), { ...waiting, ...other } as Order)).toBe("differs");
});

test.each([
  ["another level", { ...wish, level: "notice" as const }],
  ["another text", { ...wish, text: [{ language: "vi", title: "Bão số 6", body: "" }] }],
  ["another place", { ...wish, clusters: ["c1"] }],
  ["another length", { ...wish, minutes: 60 }],
  ["another kind", { ...wish, kind: "takedown" as const }],
  ["another screen", { ...wish, screens: ["s1"] }],
])("an order with %s than wished for is not signed", async (_, other) => {
  expect(await checkOrder(await given(), other)).toBe("differs");
});

test("an order with a challenge that is not its own is not signed", async () => {
  expect(await checkOrder({ ...(await given()), challenge: v.batchChallenge }, wish)).toBe("challenge");
  expect(await checkOrder({ ...(await given()), order: v.batch }, wish)).toBe("payload");
});
