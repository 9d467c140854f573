import { SegmentedControl } from "@mantine/core";
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Fit, Media, Rendition } from "@/api/types";
import { profileName } from "@/ui/profileName";
import classes from "./Media.module.css";
import { SourcePicture } from "./SourcePicture";

interface Props {
  item: Media;
  rendition: Rendition;
  fit: Fit;
  onChange: (fit: Fit) => void;
}

const clamp = (n: number) => Math.min(1, Math.max(0, n));
const round = (n: number) => Math.round(clamp(n) * 1000) / 1000;
const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** One shape: whole picture or filled, and the point to keep, by pointer or arrow keys. */
export function FitFrame({ item, rendition: r, fit, onChange }: Props) {
  const { t } = useTranslation();
  const frame = useRef<HTMLButtonElement>(null);
  const point = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || fit.mode !== "cover") return;
    onChange({
      ...fit,
      x: round((event.clientX - box.left) / box.width),
      y: round((event.clientY - box.top) / box.height),
    });
  };
  const nudge = (event: KeyboardEvent) => {
    const step = arrows[event.key];
    if (!step || fit.mode !== "cover") return;
    event.preventDefault();
    onChange({ ...fit, x: round(fit.x + step[0] * 0.02), y: round(fit.y + step[1] * 0.02) });
  };
  const name = profileName(t, r.profile);
  return (
    <div className={classes.fit}>
      <h3>{name}</h3>
      <button
        ref={frame}
        type="button"
        className={classes.frame}
        data-mode={fit.mode}
        style={{ aspectRatio: `${r.width} / ${r.height}`, "--shape": r.width / r.height } as CSSProperties}
        aria-label={t("media.fit_focus", { profile: name, x: Math.round(fit.x * 100), y: Math.round(fit.y * 100) })}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          point(e);
        }}
        onPointerMove={(e) => e.buttons === 1 && point(e)}
        onKeyDown={nudge}
      >
        <SourcePicture item={item} className={classes.backdrop} />
        <SourcePicture item={item} style={{ objectFit: fit.mode, objectPosition: `${fit.x * 100}% ${fit.y * 100}%` }} />
        {fit.mode === "cover" && (
          <span className={classes.focus} style={{ left: `${fit.x * 100}%`, top: `${fit.y * 100}%` }} />
        )}
      </button>
      <SegmentedControl
        size="xs"
        aria-label={name}
        data={(["contain", "cover"] as const).map((m) => ({ value: m, label: t(`media.fit_${m}`) }))}
        value={fit.mode}
        onChange={(mode) => onChange({ ...fit, mode: mode as Fit["mode"] })}
      />
    </div>
  );
}
