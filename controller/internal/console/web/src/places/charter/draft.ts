import type { Capacity, Charter, CharterPerson, DraftBody, DraftPerson, Party } from "@/api/charter";
import type { Grant, Role } from "@/api/types";
import { withParty } from "./parties";

export const ofPerson = (p: CharterPerson): DraftPerson => ({
  id: p.id,
  may: p.may,
  clusters: p.clusters,
  valid_from: p.valid_from,
  valid_until: p.valid_until,
  standing: p.standing,
  kept: p.kept ? "all_approved" : "none",
  credentials: p.credentials.map((c) => c.id),
});

const year = 365 * 86_400_000;

/** The first charter as it begins: nobody yet, for two years. */
export const firstOf = (own: Party | null, now: Date): DraftBody => ({
  expires_at: new Date(now.getTime() + 2 * year).toISOString(),
  roots: [],
  root_threshold: 2,
  lift_threshold: 2,
  independent_decision: false,
  max_unattended_days: 60,
  raise_epoch: false,
  new_programme_key: false,
  relying_parties: own ? [own] : [],
  people: [],
  pins: [],
  release_signers: [],
  release_threshold: 0,
});

/** The next charter as it begins: all as it is, for another year. */
export function nextOf(c: Charter, own: Party | null, now: Date): DraftBody {
  return {
    expires_at: new Date(Math.max(Date.parse(c.expires_at), now.getTime() + year)).toISOString(),
    roots: c.roots,
    root_threshold: c.root_threshold,
    lift_threshold: c.lift_threshold,
    independent_decision: c.independent_decision,
    max_unattended_days: c.max_unattended_days,
    raise_epoch: false,
    new_programme_key: false,
    relying_parties: own ? withParty(c.relying_parties, own) : c.relying_parties,
    people: c.people.map(ofPerson),
    pins: c.pins.map((p) => ({ id: p.id, clusters: p.clusters })),
    release_signers: c.release_signers,
    release_threshold: c.release_threshold,
  };
}

export const newPerson = (id: string, credentials: string[]): DraftPerson => ({
  id,
  may: [],
  clusters: ["*"],
  valid_from: null,
  valid_until: null,
  standing: "active",
  kept: "none",
  credentials,
});

/** Roles with which the console lets somebody do what a capacity lets them sign. */
export const rolesFor: Record<Capacity, Role[]> = {
  review: ["reviewer"],
  approve: ["approver"],
  take_down: ["approver", "emergency"],
  bulletin: ["emergency"],
  lift: ["approver", "emergency"],
  place: ["technician", "administrator"],
};

/** What a person would be able to sign, and no role of theirs lets them do. */
export const withoutRole = (may: Capacity[], grants: Pick<Grant, "role">[]) =>
  may.filter((c) => !grants.some((g) => rolesFor[c].includes(g.role)));

/** Names at which the chosen passkeys sign. */
export function partiesUsed(d: DraftBody, keys: { id: string; rp_id: string }[]): Set<string> {
  const chosen = new Set(d.people.flatMap((p) => p.credentials));
  return new Set(keys.filter((k) => k.rp_id && chosen.has(k.id)).map((k) => k.rp_id));
}

/** Why nobody could count on a draft; null when it can be prepared. */
export type Lack =
  | "people"
  | "may"
  | "credentials"
  | "clusters"
  | "roots"
  | "threshold"
  | "party"
  | "pin"
  | "lift"
  | "releasers";

/** The independent client signs under this name, which the controller adds by itself. */
const independent = "localhost";

export function lackOf(d: DraftBody, used: Set<string>): Lack | null {
  if (d.people.length === 0) return "people";
  const active = d.people.filter((p) => p.standing === "active");
  if (active.some((p) => p.may.length === 0)) return "may";
  if (active.some((p) => p.credentials.length === 0)) return "credentials";
  if (active.some((p) => p.clusters.length === 0)) return "clusters";
  if (d.roots.length === 0) return "roots";
  if (d.root_threshold > d.roots.length) return "threshold";
  if (d.release_threshold > d.release_signers.length) return "releasers";
  if ([...used].some((id) => id !== independent && !d.relying_parties.some((p) => p.id === id))) return "party";
  if (d.pins.some((p) => !p.id && (!/^\d{6,12}$/.test(p.pin ?? "") || p.clusters.length === 0))) return "pin";
  // Were fewer people left than must lift together, what is latched would stay for good.
  if (active.filter((p) => p.may.includes("lift")).length < d.lift_threshold) return "lift";
  return null;
}
