import { useEffect, useRef, useState } from "react";
import type { PlaylistItem } from "@/api/types";
import { at, totalMs } from "./editing";

export interface Playhead {
  playing: boolean;
  /** Milliseconds into the loop. */
  ms: number;
  index: number;
  offset: number;
  toggle: () => void;
  seek: (ms: number) => void;
}

/** The preview's clock: the position is a function of time, as on the screens. */
export function usePlayhead(items: PlaylistItem[]): Playhead {
  const [playing, setPlaying] = useState(false);
  const [ms, setMs] = useState(0);
  const origin = useRef(0);
  const total = totalMs(items);
  useEffect(() => {
    if (!playing || total === 0) return;
    let frame = 0;
    const tick = () => {
      setMs((performance.now() - origin.current) % total);
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [playing, total]);
  const seek = (to: number) => {
    origin.current = performance.now() - to;
    setMs(to);
  };
  const toggle = () => {
    origin.current = performance.now() - ms;
    setPlaying(!playing);
  };
  return { playing, ms, toggle, seek, ...at(items, ms) };
}
