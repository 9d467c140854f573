import type { Charter, CharterPerson, Root } from "@/api/charter";
import type { SigningCredential } from "@/api/signing";
import { type Bytes, textOf } from "@/signing/bytes";

interface Payload
  extends Omit<
    Charter,
    "issued_at" | "expires_at" | "programme_keys" | "people" | "pins" | "release_signers" | "release_threshold"
  > {
  issued_at: number;
  expires_at: number;
  programme_keys: { id: string }[];
  people: (Omit<CharterPerson, "valid_from" | "valid_until" | "kept"> & {
    valid_from: number;
    valid_until: number;
    kept: string;
  })[];
  pins: { clusters: string[] }[];
  // Not there when nobody signs releases, as charters of before have it.
  release_signers?: Root[];
  release_threshold?: number;
}

const instant = (ms: number) => new Date(ms).toISOString();

/** A charter as people read it, from the very bytes that root keys sign. */
export function readPayload(bytes: Bytes, offered: SigningCredential[]): Charter {
  const p: Payload = JSON.parse(textOf(bytes));
  const label = (id: string) => offered.find((k) => k.id === id)?.label ?? "";
  return {
    ...p,
    issued_at: instant(p.issued_at),
    expires_at: instant(p.expires_at),
    programme_keys: p.programme_keys.map((k) => k.id),
    people: p.people.map((x) => ({
      ...x,
      valid_from: x.valid_from ? instant(x.valid_from) : null,
      valid_until: x.valid_until ? instant(x.valid_until) : null,
      kept: x.kept !== "",
      credentials: x.credentials.map((k) => ({ ...k, label: label(k.id) })),
    })),
    pins: p.pins.map((x, i) => ({ id: String(i), clusters: x.clusters })),
    release_signers: p.release_signers ?? [],
    release_threshold: p.release_threshold ?? 0,
  };
}
