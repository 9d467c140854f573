import type { Root } from "@/api/charter";
import { digestOf, fromBase64 } from "@/signing/bytes";

/** A key's id, as files and commands name it. */
export const keyId = async (key: string): Promise<string> => (await digestOf(fromBase64(key))).slice(0, 16);

/** Reads the public half of a root key that `controller keys root` has written; null when it is something else. */
export function readRoot(text: string): Root | null {
  try {
    const { holder, key } = JSON.parse(text);
    const clean = typeof holder === "string" ? holder.normalize("NFC").trim() : "";
    return clean && typeof key === "string" && fromBase64(key).length === 32 ? { holder: clean, key } : null;
  } catch {
    return null;
  }
}

/** Adds a root; a holder who is there already gets another key. */
export function withRoot(roots: Root[], root: Root): Root[] {
  return roots.some((r) => r.holder === root.holder)
    ? roots.map((r) => (r.holder === root.holder ? root : r))
    : [...roots, root];
}

export const sameRoots = (a: Root[], b: Root[]): boolean => {
  const text = (all: Root[]) => JSON.stringify(all.map((r) => `${r.key} ${r.holder}`).sort());
  return text(a) === text(b);
};
