import { createHash, createPublicKey, verify } from "node:crypto";
import type { Signer } from "../src/api/signing.ts";
import { Refusal } from "./refuse.ts";

export const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();

/** A key that somebody has offered, with what checks its signatures. */
export interface Key extends Signer {
  person_id: string;
  named: boolean;
  created_at: string;
  /** SubjectPublicKeyInfo, DER. */
  spki: Buffer;
}

export const keys: Key[] = [];

const ed25519 = Buffer.from("302a300506032b6570032100", "hex");

export function addKey(
  of: Pick<Key, "person_id" | "kind" | "label">,
  more: { raw?: Buffer; spki?: Buffer; credential_id?: string; rp_id?: string; independent?: boolean },
): Key {
  const spki = more.spki ?? Buffer.concat([ed25519, more.raw ?? Buffer.alloc(32)]);
  const key: Key = {
    ...of,
    id: sha256(spki).toString("hex").slice(0, 16),
    rp_id: more.rp_id ?? "",
    credential_id: more.credential_id ?? "",
    independent: more.independent ?? false,
    named: false,
    created_at: new Date().toISOString(),
    spki,
  };
  if (keys.some((k) => k.id === key.id)) throw new Refusal(409, "credential_taken");
  keys.push(key);
  return key;
}

export const pae = (type: string, payload: Buffer) =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);

export const challengeOf = (type: string, payload: Buffer) => sha256(pae(type, payload)).toString("base64url");

interface Hand {
  credential: string;
  sig: string;
  authenticator_data: string | null;
  client_data: string | null;
}

/** Checks a signature as the server does, so that the console cannot get away with another. */
export function checkHand(hand: Hand, person: string, type: string, payload: Buffer): void {
  const key = keys.find((k) => k.id === hand.credential && k.person_id === person && k.named);
  if (!key) throw new Refusal(409, "unknown_credential");
  const sig = Buffer.from(hand.sig, "base64");
  const of = createPublicKey({ key: key.spki, format: "der", type: "spki" });
  const client = Buffer.from(hand.client_data ?? "", "base64");
  const ok =
    key.kind === "key_file"
      ? verify(null, pae(type, payload), of, sig)
      : JSON.parse(client.toString()).challenge === challengeOf(type, payload) &&
        verify(
          "sha256",
          Buffer.concat([Buffer.from(hand.authenticator_data ?? "", "base64"), sha256(client)]),
          of,
          sig,
        );
  if (!ok) throw new Refusal(409, "person_signature");
}

export const signersOf = (person: string): Signer[] =>
  keys
    .filter((k) => k.person_id === person && k.named)
    .map(({ id, kind, label, rp_id, credential_id, independent }) => ({
      id,
      kind,
      label,
      rp_id,
      credential_id,
      independent,
    }));
