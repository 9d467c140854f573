import { useCallback, useEffect, useState } from "react";
import { play } from "./sound";
import type { Sound } from "./trouble";

/** Until when this device is silent, by its own clock. */
const remembered = "cotmoc-muted-until";

export function mutedUntil(now: number): number {
  const until = Number(localStorage.getItem(remembered));
  return until > now ? until : 0;
}

/** One for the page: browsers allow few, and let them sound after a press only. */
let context: AudioContext | null = null;

/** Sound on this device: off until somebody presses, and silent for a time when asked. */
export function useSound() {
  const [on, setOn] = useState(() => context?.state === "running");
  const [muted, setMuted] = useState(() => mutedUntil(Date.now()));
  useEffect(() => {
    if (!muted) return;
    // A timer bears 24 days; nobody is silent for as long.
    const timer = setTimeout(() => setMuted(0), Math.max(0, muted - Date.now()));
    return () => clearTimeout(timer);
  }, [muted]);

  const turnOn = useCallback(async () => {
    context ??= new AudioContext();
    await context.resume();
    setOn(context.state === "running");
    play(context, "warning"); // so that one knows how loud it is
  }, []);
  const mute = useCallback((minutes: number) => {
    const until = minutes > 0 ? Date.now() + minutes * 60_000 : 0;
    if (until) localStorage.setItem(remembered, String(until));
    else localStorage.removeItem(remembered);
    setMuted(until);
  }, []);
  const sound = useCallback((kind: Sound) => {
    if (context?.state === "running") play(context, kind);
  }, []);
  return { on, muted, turnOn, mute, sound };
}
