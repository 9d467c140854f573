import { useCallback, useEffect, useRef, useState } from "react";
import type { ScreenState } from "@/api/types";
import { firstHearing, type Hearing, hear, heard, reds, type Sound, type Trouble } from "./trouble";

/** How often it is asked whether a sound is due though nothing has changed. */
const askMs = 5000;

interface Options {
  /** Null until the board is known: what is on it then is not new. */
  screens: readonly ScreenState[] | null;
  muted: boolean;
  onSound: (sound: Sound) => void;
  /** What else is trouble, as the lost line to the server. */
  more?: readonly Trouble[];
}

/**
 * Follows what is new among the board's trouble, sounds when it is due, and counts what nobody has
 * said to have heard. What counts as trouble is `reds`.
 */
export function useNewTrouble({ screens, muted, onSound, more = none }: Options) {
  const hearing = useRef<Hearing | null>(null);
  const [unheard, setUnheard] = useState<ReadonlySet<string>>(new Set());
  const latest = useRef({ muted, onSound });
  latest.current = { muted, onSound };

  const look = useCallback(() => {
    if (!screens) return;
    const all = [...reds(screens), ...more];
    const now = Date.now();
    hearing.current ??= firstHearing(now, all);
    const step = hear(hearing.current, all, now, latest.current.muted);
    hearing.current = step.hearing;
    setUnheard((old) => (same(old, step.hearing.unheard) ? old : step.hearing.unheard));
    if (step.sound) latest.current.onSound(step.sound);
  }, [screens, more]);

  useEffect(() => {
    look();
    const timer = setInterval(look, askMs);
    return () => clearInterval(timer);
  }, [look]);

  const iHeard = useCallback(() => {
    if (hearing.current) hearing.current = heard(hearing.current);
    setUnheard(new Set());
  }, []);
  return { unheard, iHeard };
}

const none: readonly Trouble[] = [];
const same = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && [...a].every((x) => b.has(x));
