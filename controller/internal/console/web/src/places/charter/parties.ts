import type { Party } from "@/api/charter";

/** The place of signing that an address stands for; null for one at which no browser lets a passkey sign. */
export function partyOf(address: string): Party | null {
  try {
    const url = new URL(address.includes("://") ? address : `https://${address}`);
    const local = url.hostname === "localhost";
    const named = local || (url.hostname.includes(".") && !/^[\d.]+$|:/.test(url.hostname));
    const secure = url.protocol === "https:" || (url.protocol === "http:" && local);
    return named && secure ? { id: url.hostname, origins: [url.origin] } : null;
  } catch {
    return null;
  }
}

/** Adds a place of signing, or an origin to one that is there. */
export function withParty(all: Party[], party: Party): Party[] {
  const there = all.find((p) => p.id === party.id);
  if (!there) return [...all, party];
  const origins = [...new Set([...there.origins, ...party.origins])];
  return all.map((p) => (p === there ? { ...p, origins } : p));
}
