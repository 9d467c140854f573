import type { ScreenState, ScreenStatus } from "@/api/types";

/** The worse, the earlier. */
export const severity: readonly ScreenStatus[] = [
  "wrong",
  "offline",
  "late",
  "behind",
  "never",
  "slate",
  "playing",
  "resting",
];
const bad = new Set<ScreenStatus>(["wrong", "offline", "late"]);

export const rank = (s: Pick<ScreenState, "state">) => {
  return Math.max(0, severity.indexOf(s.state));
};
/** A screen that plays as it should but reports a problem comes before one without. */
const urgency = (s: ScreenState) => rank(s) - (s.problems.length > 0 ? 0.5 : 0);
export const isBad = (s: Pick<ScreenState, "state">) => bad.has(s.state);

/** On the slate because somebody called it there; only a lift ends that. */
export const isSafe = (s: Pick<ScreenState, "trust">) => s.trust?.latched.some((l) => l.kind === "safe") ?? false;

/** A report older than this is no longer news: two beats and a will. */
const oldMs = 60_000;
export function isOld(s: Pick<ScreenState, "last_seen_at">, now: Date): boolean {
  return s.last_seen_at !== null && now.getTime() - Date.parse(s.last_seen_at) > oldMs;
}

export interface ClusterGroup {
  id: string;
  name: string;
  screens: ScreenState[];
}

/** Screens by cluster, the worst first in each, and the cluster with the worst first. */
export function byCluster(screens: ScreenState[]): ClusterGroup[] {
  const groups = new Map<string, ClusterGroup>();
  for (const s of screens) {
    const group = groups.get(s.cluster.id) ?? { ...s.cluster, screens: [] };
    group.screens.push(s);
    groups.set(s.cluster.id, group);
  }
  const collator = new Intl.Collator("vi", { numeric: true });
  const all = [...groups.values()];
  for (const g of all) g.screens.sort((a, b) => rank(a) - rank(b) || collator.compare(a.name, b.name));
  const worst = (g: ClusterGroup) => Math.min(...g.screens.map(rank));
  return all.sort((a, b) => worst(a) - worst(b) || collator.compare(a.name, b.name));
}

/** The worst screens, whatever their cluster: a long list begins with these and never hides one behind a healthy one. */
export function worstFirst(screens: ScreenState[], most: number): ScreenState[] {
  return screens.length <= most ? screens : screens.toSorted((a, b) => urgency(a) - urgency(b)).slice(0, most);
}

/** How many screens are in each state that occurs, the worst first. */
export function counts(screens: ScreenState[]): { state: ScreenStatus; count: number }[] {
  return severity
    .map((state) => ({ state, count: screens.filter((s) => s.state === state).length }))
    .filter((c) => c.count > 0);
}

/** The worst first, then by cluster and name: where a screen stands changes only with its state. */
export function wallOrder(screens: readonly ScreenState[]): ScreenState[] {
  const collator = new Intl.Collator("vi", { numeric: true });
  return screens.toSorted(
    (a, b) => rank(a) - rank(b) || collator.compare(a.cluster.name, b.cluster.name) || collator.compare(a.name, b.name),
  );
}
