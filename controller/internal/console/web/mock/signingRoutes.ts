import type { Statement } from "../src/signing/statement.ts";
import { addKey, challengeOf, checkHand, type Key, keys, sha256, signersOf } from "./keys.ts";
import { media } from "./media.ts";
import { people } from "./people.ts";
import { found, Refusal } from "./refuse.ts";
import type { Call, Route } from "./route.ts";
import { checkPassword, me } from "./session.ts";

const view = (k: Key) => ({
  id: k.id,
  person_id: k.person_id,
  person_name: people.find((p) => p.id === k.person_id)?.name ?? "",
  kind: k.kind,
  algorithm: k.kind === "passkey" ? "ES256" : "EdDSA",
  label: k.label,
  rp_id: k.rp_id,
  independent: k.independent,
  named: k.named,
  created_at: k.created_at,
});
export const pendingKeys = () => keys.filter((k) => !k.named).map(view);

/** Every person of the mock who signs has a key that the charter names already. */
for (const [i, id] of ["p2", "p3", "p5", "p8"].entries()) {
  addKey({ person_id: id, kind: "key_file", label: "Thẻ nhớ ở két phòng" }, { raw: sha256(`key ${i}`) }).named = true;
}
addKey({ person_id: "p6", kind: "passkey", label: "Máy tính phòng trực" }, { spki: sha256("p6"), rp_id: "localhost" });

function statement(id: string, act: string, call: Call): Buffer {
  const who = me(call.request);
  const m = found(media.find((x) => x.id === id));
  const s: Statement = {
    _type: "https://in-toto.io/Statement/v1",
    // The mock's pictures are drawings, whatever their media say.
    subject: m.renditions.map((r) => ({
      name: r.profile,
      digest: { sha256: r.digest },
      mediaType: "image/svg+xml",
    })),
    predicateType: "https://cotmoc.vn/approval/v1",
    predicate: {
      media: m.id,
      revision: m.revision,
      title: m.title,
      act,
      reason: "",
      person: who.id,
      person_name: who.name,
      author: m.author.id,
      territory: m.territory,
      languages: m.languages,
      valid_from: 0,
      valid_until: m.valid_until ? Date.parse(m.valid_until) : 0,
      rights_basis: m.rights_basis,
      origin: {
        page: m.origin.page,
        canonical: m.origin.page,
        publisher: m.origin.publisher,
        author: m.origin.creator,
        published_at: m.origin.published_at ? Date.parse(m.origin.published_at) : 0,
        fetched_at: m.origin.fetched_at ? Date.parse(m.origin.fetched_at) : 0,
        page_sha256: m.origin.page_sha256,
        media_sha256: m.source.sha256,
      },
      decided_at: Date.now(),
    },
  };
  return Buffer.from(JSON.stringify(s));
}

const batchOf = (statements: Buffer[]) =>
  Buffer.from(
    JSON.stringify({ type: "cotmoc/batch/v1", statements: statements.map((s) => sha256(s).toString("hex")).sort() }),
  );

const signed = (statements: Buffer[]): [string, Buffer] =>
  statements.length === 1 && statements[0]
    ? ["application/vnd.in-toto+json", statements[0]]
    : ["application/vnd.cotmoc.batch.v1+json", batchOf(statements)];

export const signingRoutes: Route[] = [
  [
    "GET",
    /^\/signing-credentials$/,
    ({ query, request }) => {
      const items = keys.filter((k) => query.get("all") || k.person_id === me(request).id).map(view);
      return { items, next_cursor: "", total: items.length };
    },
  ],
  [
    "POST",
    /^\/signing-credentials\/key-file$/,
    ({ body, request }) => {
      checkPassword(body.password);
      return view(
        addKey(
          { person_id: me(request).id, kind: "key_file", label: body.label },
          { raw: Buffer.from(body.public_key, "base64"), independent: body.independent },
        ),
      );
    },
  ],
  [
    "POST",
    /^\/signing-credentials\/passkey\/begin$/,
    ({ body, request }) => {
      checkPassword(body.password);
      return {
        rp: { id: "localhost", name: "cotmoc" },
        user: {
          id: Buffer.from(`sign:${me(request).id}`).toString("base64url"),
          name: me(request).login,
          displayName: me(request).name,
        },
        challenge: sha256(String(Date.now())).toString("base64url"),
        pubKeyCredParams: [{ type: "public-key", alg: -7 }],
        authenticatorSelection: { userVerification: "required" },
        timeout: 60_000,
      };
    },
  ],
  [
    "POST",
    /^\/signing-credentials\/passkey\/finish$/,
    ({ body, request }) =>
      view(
        addKey(
          { person_id: me(request).id, kind: "passkey", label: body.label },
          {
            spki: Buffer.from(body.response.response.publicKey, "base64url"),
            credential_id: body.response.id,
            rp_id: "localhost",
          },
        ),
      ),
  ],
  [
    "DELETE",
    /^\/signing-credentials\/([^/]+)$/,
    ({ id }) => {
      const at = keys.findIndex((k) => k.id === id);
      if (keys[at]?.named) throw new Refusal(409, "credential_named");
      keys.splice(at, 1);
    },
  ],
  [
    "POST",
    /^\/decisions\/prepare$/,
    (call) => {
      const statements = call.body.items.map((i: { media_id: string }) => statement(i.media_id, call.body.act, call));
      const [type, payload] = signed(statements);
      return {
        statements: statements.map((s: Buffer, i: number) => ({
          media_id: call.body.items[i].media_id,
          statement: s.toString("base64"),
        })),
        payload_type: type,
        payload: payload.toString("base64"),
        challenge: challengeOf(type, payload),
        credentials: signersOf(me(call.request).id),
      };
    },
  ],
  [
    "POST",
    /^\/decisions$/,
    ({ body, request }) => {
      const who = me(request);
      const statements: Buffer[] = body.statements.map((s: string) => Buffer.from(s, "base64"));
      const [type, payload] = signed(statements);
      checkHand(body.signature, who.id, type, payload);
      return {
        results: statements.map((s) => {
          const { predicate }: Statement = JSON.parse(s.toString());
          const m = found(media.find((x) => x.id === predicate.media));
          const act = predicate.act as "review" | "approve";
          m.state = act === "approve" ? "approved" : m.state === "approved" ? "approved" : "reviewed";
          m.decisions.push({
            id: `d-${m.id}-${m.decisions.length}`,
            decision: act,
            person: { id: who.id, name: who.name },
            at: new Date().toISOString(),
            reason: "",
            declared: false,
          });
          return { media_id: m.id, state: m.state };
        }),
      };
    },
  ],
];
