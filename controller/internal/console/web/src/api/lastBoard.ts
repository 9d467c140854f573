import type { Me, Named, ScreenState, ScreenStatus, Watch } from "./types";

/** What was last seen of the screens, to be shown when there is no line: states and names, no pictures. */
export interface LastBoard {
  at: string;
  person: Named;
  screens: Pick<ScreenState, "id" | "name" | "cluster" | "state" | "since">[];
  /** How many more there were. */
  rest: number;
}

const remembered = "cotmoc-last-board";
const most = 300;
const worse: readonly ScreenStatus[] = ["wrong", "offline", "late", "behind", "never", "slate", "playing"];

/** The worst of the screens, as little of each as is needed. */
export function toBoard(watch: Watch, me: Pick<Me, "id" | "name">, at: Date): LastBoard {
  const all = watch.screens.toSorted((a, b) => worse.indexOf(a.state) - worse.indexOf(b.state));
  return {
    at: at.toISOString(),
    person: { id: me.id, name: me.name },
    screens: all.slice(0, most).map(({ id, name, cluster, state, since }) => ({ id, name, cluster, state, since })),
    rest: Math.max(0, all.length - most),
  };
}

/** Reads what was kept; null when it is nothing of ours. */
export function readBoard(text: string | null): LastBoard | null {
  try {
    const b = JSON.parse(text ?? "null") as LastBoard | null;
    return b && Array.isArray(b.screens) && typeof b.at === "string" && typeof b.person?.name === "string" ? b : null;
  } catch {
    return null;
  }
}

export function keepBoard(board: LastBoard) {
  try {
    localStorage.setItem(remembered, JSON.stringify(board));
  } catch {
    // Full: nothing is kept, which is no fault.
  }
}
export const lastBoard = () => readBoard(localStorage.getItem(remembered));
/** At log-out, when a session ends, and when somebody logs in. */
export const forgetBoard = () => localStorage.removeItem(remembered);
