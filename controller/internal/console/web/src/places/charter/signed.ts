import type { Root } from "@/api/charter";
import { type Bytes, fromBase64, textOf } from "@/signing/bytes";
import { pae } from "@/signing/pae";
import { keyId, sameRoots } from "./roots";

const charterType = "application/vnd.cotmoc.charter.v1+json";

/** What a file is that somebody brings back: no charter, one that nobody has signed, or whose root keys are under it. */
export type Brought =
  | { kind: "other" }
  | { kind: "unsigned" }
  | { kind: "signed"; number: number; by: string[]; lacks: Lack[] };

/** Signatures that are missing: of the roots in force, of the charter's own, or of those where both are the same. */
export interface Lack {
  whose: "before" | "own" | "both";
  left: number;
  names: string[];
}

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

/** Reads a file that may be a signed charter, and tells which holders have signed it: as many of the roots in force as those ask for, and as many of its own. The controller has the last word. */
export async function readBrought(file: Bytes, roots: Root[], threshold: number): Promise<Brought> {
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
  const next: { number: number; roots?: Root[]; root_threshold?: number } = JSON.parse(textOf(payload));
  const own = next.roots ?? [];
  const needs = next.root_threshold ?? 0;
  const signatures = e.signatures;
  const signed = async (r: Root) => {
    const key = fromBase64(r.key);
    const id = await keyId(r.key);
    const found = signatures.find((s) => s.keyid === id);
    return found !== undefined && (await signs(key, pae(charterType, payload), fromBase64(found.sig)));
  };
  const by = new Set<string>();
  const lacking = async (whose: Lack["whose"], of: Root[], count: number): Promise<Lack[]> => {
    const names: string[] = [];
    for (const r of of) {
      if (await signed(r)) by.add(r.holder);
      else names.push(r.holder);
    }
    const left = count - (of.length - names.length);
    return left > 0 ? [{ whose, left, names }] : [];
  };
  const first = roots.length === 0;
  const lacks =
    first || (sameRoots(roots, own) && threshold === needs)
      ? await lacking("both", own, needs)
      : [...(await lacking("before", roots, threshold)), ...(await lacking("own", own, needs))];
  return { kind: "signed", number: next.number, by: [...by], lacks };
}
