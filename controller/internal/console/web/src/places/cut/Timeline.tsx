import { type KeyboardEvent, type PointerEvent, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { Excerpt } from "@/api/types";
import classes from "./Cut.module.css";
import { beginAt, clock, endAt, endOf, frameAt, frameStart } from "./excerpt";
import type { Player } from "./player";

interface Props {
  player: Player;
  excerpt: Excerpt;
  disabled: boolean;
  onChange: (excerpt: Excerpt, gesture: string) => void;
  onSettled: () => void;
}

/** The film's time: what is cut out, its two ends to be dragged, and where one looks. */
export function Timeline({ player, excerpt, disabled, onChange, onSettled }: Props) {
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const frame = useSyncExternalStore(player.subscribe, player.getFrame);
  const { length, rate } = player;
  const until = endOf(excerpt, length);
  const percent = (ms: number) => `${(100 * ms) / length}%`;
  const frameUnder = (e: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    if (!box) return 0;
    const part = Math.min(1, Math.max(0, (e.clientX - box.left) / box.width));
    return frameAt((part * length) / 1000, rate);
  };
  const look = (e: PointerEvent) => player.seek(frameUnder(e));
  const end = (which: "in" | "out") => {
    const set = (to: number, gesture: string) => {
      const next =
        which === "in"
          ? beginAt(excerpt, frameStart(to, rate), length)
          : endAt(excerpt, frameStart(to + 1, rate), length);
      onChange(next, gesture);
      player.seek(frameAt((which === "in" ? next.from_ms + 1 : endOf(next, length) - 1) / 1000, rate));
    };
    const at =
      which === "in" ? frameAt((excerpt.from_ms + 1) / 1000, rate) : Math.max(0, frameAt((until - 1) / 1000, rate));
    const value = which === "in" ? excerpt.from_ms : until;
    return {
      type: "button" as const,
      role: "slider",
      className: classes.end,
      "data-end": which,
      disabled,
      style: { left: percent(value) },
      "aria-label": t(`cut.${which}`),
      "aria-valuemin": 0,
      "aria-valuemax": length,
      "aria-valuenow": value,
      "aria-valuetext": clock(value),
      onPointerDown: (e: PointerEvent) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        e.stopPropagation();
      },
      onPointerMove: (e: PointerEvent) => e.buttons === 1 && set(frameUnder(e), `drag ${which}`),
      onPointerUp: onSettled,
      onPointerCancel: onSettled,
      onKeyDown: (e: KeyboardEvent) => {
        const way = e.key === "ArrowLeft" ? -1 : e.key === "ArrowRight" ? 1 : 0;
        if (way === 0) return;
        e.preventDefault();
        e.stopPropagation();
        set(at + way * (e.shiftKey ? Math.round(rate) : 1), `keys ${which}`);
      },
      onKeyUp: onSettled,
    };
  };
  return (
    <div
      ref={bar}
      className={classes.timeline}
      onPointerDown={(e) => {
        e.currentTarget.setPointerCapture(e.pointerId);
        look(e);
      }}
      onPointerMove={(e) => e.buttons === 1 && look(e)}
    >
      <div className={classes.kept} style={{ left: percent(excerpt.from_ms), right: percent(length - until) }} />
      <div
        className={classes.playhead}
        role="slider"
        tabIndex={-1}
        aria-label={t("cut.timeline")}
        aria-valuemin={0}
        aria-valuemax={length}
        aria-valuenow={frameStart(frame, rate)}
        aria-valuetext={clock(frameStart(frame, rate))}
        style={{ left: percent(Math.min(length, ((frame + 0.5) * 1000) / rate)) }}
      />
      <button {...end("in")} />
      <button {...end("out")} />
    </div>
  );
}
