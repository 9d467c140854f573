import type { Charter, CharterPerson, DraftBody, DraftPerson } from "@/api/charter";

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

/** The next charter as it begins: all as it is, for another year. */
export function nextOf(c: Charter, now: Date): DraftBody {
  const year = 365 * 86_400_000;
  return {
    expires_at: new Date(Math.max(Date.parse(c.expires_at), now.getTime() + year)).toISOString(),
    root_threshold: c.root_threshold,
    lift_threshold: c.lift_threshold,
    independent_decision: c.independent_decision,
    max_unattended_days: c.max_unattended_days,
    raise_epoch: false,
    new_programme_key: false,
    people: c.people.map(ofPerson),
    pins: c.pins.map((p) => ({ id: p.id, clusters: p.clusters })),
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

/** Why nobody could count on a draft; null when it can be prepared. */
export type Lack = "may" | "credentials" | "clusters" | "pin" | "lift";

export function lackOf(d: DraftBody): Lack | null {
  const active = d.people.filter((p) => p.standing === "active");
  if (active.some((p) => p.may.length === 0)) return "may";
  if (active.some((p) => p.credentials.length === 0)) return "credentials";
  if (active.some((p) => p.clusters.length === 0)) return "clusters";
  if (d.pins.some((p) => !p.id && (!/^\d{6,12}$/.test(p.pin ?? "") || p.clusters.length === 0))) return "pin";
  // Were fewer people left than must lift together, what is latched would stay for good.
  if (active.filter((p) => p.may.includes("lift")).length < d.lift_threshold) return "lift";
  return null;
}
