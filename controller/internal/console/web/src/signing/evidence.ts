import { base } from "@/api/http";
import type { Prepared } from "@/api/signing";
import type { Me } from "@/api/types";
import { type Bytes, base64url, digestOf, fromBase64 } from "./bytes";
import { challenge } from "./pae";
import { covers, readStatement, type Statement } from "./statement";

/** What is wrong with what the server asks to have signed. */
export type Fault = "payload" | "challenge" | "person" | "act" | "media";

export interface Checked {
  statements: { bytes: string; words: Statement }[];
  payloadType: string;
  payload: Bytes;
  challenge: Bytes;
}

/**
 * Reads what the server has prepared from its bytes alone and refuses what is
 * not exactly the decision that was asked for.
 */
export async function checkPrepared(
  p: Pick<Prepared, "statements" | "payload" | "payload_type" | "challenge">,
  asked: { act: "review" | "approve"; media: string[]; person: Me["id"] },
): Promise<Checked | Fault> {
  const bytes = p.statements.map((s) => fromBase64(s.statement));
  const payload = fromBase64(p.payload);
  let words: Statement[];
  try {
    words = bytes.map(readStatement);
    if (!(await covers(p.payload_type, payload, bytes))) return "payload";
  } catch {
    return "payload";
  }
  if (words.some((w) => w.predicate.person !== asked.person)) return "person";
  if (words.some((w) => w.predicate.act !== asked.act)) return "act";
  const named = words.map((w) => w.predicate.media);
  if ([...named].sort().join() !== [...asked.media].sort().join()) return "media";
  const own = await challenge(p.payload_type, payload);
  if (base64url(own) !== p.challenge) return "challenge";
  return {
    statements: words.map((w, i) => ({ bytes: p.statements[i]?.statement ?? "", words: w })),
    payloadType: p.payload_type,
    payload,
    challenge: own,
  };
}

/** A rendition that this page has fetched: its bytes as a picture, and whether they are those that are signed. */
export interface Seen {
  url: string;
  mime: string;
  size: number;
  same: boolean;
}

/** Fetches what a screen would show, hashes it here, and holds its type against the signed one: a film is no picture. */
export async function fetchRendition(
  w: { media: string; profile: string; digest: string; mime: string },
  signal: AbortSignal,
): Promise<Seen> {
  const path = `${base}/media/${encodeURIComponent(w.media)}/renditions/${encodeURIComponent(w.profile)}?v=${w.digest.slice(0, 16)}`;
  const response = await fetch(path, { signal, credentials: "same-origin" });
  if (!response.ok) throw new TypeError(`cannot fetch a rendition: ${response.status}`);
  const mime = response.headers.get("Content-Type") ?? "";
  const bytes: Bytes = new Uint8Array(await response.arrayBuffer());
  return {
    url: URL.createObjectURL(new Blob([bytes], { type: mime })),
    mime,
    size: bytes.length,
    same: mime === w.mime && (await digestOf(bytes)) === w.digest,
  };
}
