import type { Charter } from "@/api/charter";
import { type Bytes, digestOf, fromBase64, textOf } from "@/signing/bytes";
import { pae } from "@/signing/pae";

const charterType = "application/vnd.cotmoc.charter.v1+json";

/** What a file is that somebody brings back: no charter, one that nobody has signed, or whose root keys are under it. */
export type Brought =
  | { kind: "other" }
  | { kind: "unsigned" }
  | { kind: "signed"; number: number; by: string[]; missing: string[]; left: number };

interface Envelope {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string }[];
}

async function signs(key: Bytes, bytes: Bytes, sig: Bytes): Promise<boolean> {
  try {
    const of = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, of, sig, bytes);
  } catch {
    return false;
  }
}

/** The document in a file: tools end a file with a line, and canonical bytes do not. */
export function documentOf(file: Bytes): Bytes {
  let end = file.length;
  while (end > 0 && [0x0a, 0x0d, 0x20].includes(file[end - 1] ?? 0)) end--;
  return file.slice(0, end);
}

/** Reads a file that may be a signed charter, and tells which holders of the present roots have signed it. The controller has the last word. */
export async function readBrought(file: Bytes, roots: Charter["roots"], threshold: number): Promise<Brought> {
  let e: Partial<Envelope> & { number?: number; roots?: unknown };
  try {
    e = JSON.parse(textOf(file));
  } catch {
    return { kind: "other" };
  }
  if (typeof e.number === "number" && e.roots) return { kind: "unsigned" };
  if (e.payloadType !== charterType || typeof e.payload !== "string" || !Array.isArray(e.signatures))
    return { kind: "other" };
  const payload = fromBase64(e.payload);
  const by: string[] = [];
  const missing: string[] = [];
  for (const r of roots) {
    const key = fromBase64(r.key);
    const id = (await digestOf(key)).slice(0, 16);
    const found = e.signatures.find((s) => s.keyid === id);
    const good = found && (await signs(key, pae(charterType, payload), fromBase64(found.sig)));
    (good ? by : missing).push(r.holder);
  }
  return {
    kind: "signed",
    number: JSON.parse(textOf(payload)).number,
    by,
    missing,
    left: Math.max(0, threshold - new Set(by).size),
  };
}
