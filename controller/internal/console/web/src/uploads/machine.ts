import type { Media, Reason } from "@/api/types";

/** One file on its way in. */
export interface Upload {
  key: string;
  name: string;
  size: number;
  sent: number;
  /** waiting → sending ⇄ paused → checking → done | duplicate | refused; sending → stalled → sending */
  phase: "waiting" | "sending" | "paused" | "stalled" | "interrupted" | "checking" | "done" | "duplicate" | "refused";
  mediaId?: string;
  twin?: { id: string; title: string; state: Media["state"] };
  reason?: Reason;
}

export type UploadEvent =
  | { type: "added"; uploads: Pick<Upload, "key" | "name" | "size">[] }
  | { type: "remembered"; uploads: Pick<Upload, "key" | "name" | "size" | "sent">[] }
  | { type: "started"; key: string }
  | { type: "progress"; key: string; sent: number }
  | { type: "paused"; key: string }
  | { type: "stalled"; key: string }
  | { type: "sent"; key: string }
  | { type: "finished"; key: string; mediaId: string }
  | { type: "duplicate"; key: string; twin: NonNullable<Upload["twin"]> }
  | { type: "refused"; key: string; reason: Reason }
  | { type: "removed"; key: string }
  | { type: "cleared" };

const over: Upload["phase"][] = ["done", "duplicate", "refused"];
export const isOver = (u: Upload) => over.includes(u.phase);
export const isMoving = (u: Upload) => ["waiting", "sending", "stalled", "checking"].includes(u.phase);

/** At most this many files are sent at once: the link is thin. */
export const atOnce = 2;

/** The next state of the tray. Events that do not fit a file's phase change nothing. */
export function tray(state: readonly Upload[], event: UploadEvent): readonly Upload[] {
  const set = (key: string, from: Upload["phase"][], change: Partial<Upload>) =>
    state.map((u) => (u.key === key && from.includes(u.phase) ? { ...u, ...change } : u));
  switch (event.type) {
    case "added": {
      const keys = new Set(event.uploads.map((u) => u.key));
      const kept = state.filter((u) => !keys.has(u.key) || isMoving(u));
      const fresh = event.uploads.filter((u) => !kept.some((k) => k.key === u.key));
      return [...kept, ...fresh.map((u): Upload => ({ ...u, sent: 0, phase: "waiting" }))];
    }
    case "remembered": {
      const fresh = event.uploads.filter((u) => !state.some((s) => s.key === u.key));
      return [...state, ...fresh.map((u): Upload => ({ ...u, phase: "interrupted" }))];
    }
    case "started":
      return set(event.key, ["waiting", "paused", "stalled"], { phase: "sending" });
    case "progress":
      return set(event.key, ["sending", "stalled"], { phase: "sending", sent: event.sent });
    case "paused":
      return set(event.key, ["waiting", "sending", "stalled"], { phase: "paused" });
    case "stalled":
      return set(event.key, ["sending"], { phase: "stalled" });
    case "sent":
      return state.map((u) => (u.key === event.key && !isOver(u) ? { ...u, phase: "checking", sent: u.size } : u));
    case "finished":
      return set(event.key, ["checking"], { phase: "done", mediaId: event.mediaId });
    case "duplicate":
      return set(event.key, ["checking"], { phase: "duplicate", twin: event.twin });
    case "refused":
      return state.map((u) =>
        u.key === event.key && !isOver(u) ? { ...u, phase: "refused", reason: event.reason } : u,
      );
    case "removed":
      return state.filter((u) => u.key !== event.key);
    case "cleared":
      return state.filter((u) => !isOver(u));
  }
}

/** The waiting files whose turn it is. */
export function due(state: readonly Upload[]): Upload[] {
  const sending = state.filter((u) => u.phase === "sending" || u.phase === "stalled").length;
  return state.filter((u) => u.phase === "waiting").slice(0, Math.max(0, atOnce - sending));
}

/** Bytes sent of all bytes of the files under way. */
export function progress(state: readonly Upload[]): { sent: number; size: number; moving: number } {
  const moving = state.filter(isMoving);
  return {
    moving: moving.length,
    sent: moving.reduce((n, u) => n + u.sent, 0),
    size: moving.reduce((n, u) => n + u.size, 0),
  };
}
