import type { ScreenState } from "@/api/types";

/** Something that somebody on watch must hear of. Incidents will be of this shape too. */
export interface Trouble {
  /** The same for as long as it is the same trouble. */
  key: string;
  critical: boolean;
}

/** The reds of the board. Something else on the glass than planned is critical; a screen that is gone is not yet. */
export function reds(screens: readonly ScreenState[]): Trouble[] {
  return screens
    .filter((s) => s.state === "wrong" || s.state === "offline")
    .map((s) => ({ key: `${s.id} ${s.state}`, critical: s.state === "wrong" }));
}

/** What was heard of and when; a value, so that it can be stepped through. */
export interface Hearing {
  /** Trouble that is known, and when it was there last. */
  known: ReadonlyMap<string, number>;
  /** New trouble that nobody has said to have heard. */
  unheard: ReadonlySet<string>;
  lastSound: number;
  lastKind: Sound | null;
}
export type Sound = "warning" | "critical";

/** At most so often a sound; what was gone for less than this is not new when it comes back. */
export const repeatMs = 60_000;
const flapMs = 120_000;

/** What is there when the page is opened is seen, and needs no sound. */
export const firstHearing = (now: number, all: readonly Trouble[]): Hearing => ({
  known: new Map(all.map((t) => [t.key, now])),
  unheard: new Set(),
  lastSound: Number.NEGATIVE_INFINITY,
  lastKind: null,
});

export interface Step {
  hearing: Hearing;
  sound: Sound | null;
}

/** One look at the board: what is new, and whether it is time for a sound. */
export function hear(before: Hearing, all: readonly Trouble[], now: number, muted: boolean): Step {
  const known = new Map([...before.known].filter(([, last]) => now - last < flapMs));
  const unheard = new Set<string>();
  let critical = false;
  let freshCritical = false;
  for (const t of all) {
    const isNew = !known.has(t.key);
    known.set(t.key, now);
    if (!isNew && !before.unheard.has(t.key)) continue;
    unheard.add(t.key);
    critical ||= t.critical;
    freshCritical ||= isNew && t.critical;
  }
  const due = now - before.lastSound >= repeatMs || (freshCritical && before.lastKind === "warning");
  const sound: Sound | null = unheard.size > 0 && due && !muted ? (critical ? "critical" : "warning") : null;
  return {
    hearing: { known, unheard, lastSound: sound ? now : before.lastSound, lastKind: sound ?? before.lastKind },
    sound,
  };
}

/** Somebody has heard: no more sounds until something new. */
export const heard = (before: Hearing): Hearing => ({ ...before, unheard: new Set() });
