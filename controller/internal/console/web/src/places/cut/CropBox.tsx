import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Crop } from "@/api/types";
import classes from "./Cut.module.css";
import { type Corner, moved, resized, type Size } from "./excerpt";

interface Props {
  crop: Crop;
  of: Size;
  /** Width to height; 0 is free. */
  aspect: number;
  onChange: (crop: Crop, gesture: string) => void;
  onSettled: () => void;
}

const corners: Corner[] = ["nw", "ne", "sw", "se"];
const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const percent = (part: number, of: number) => `${(100 * part) / of}%`;

/** The part that is kept, with its corners; both move by pointer and by arrow keys. */
export function CropBox({ crop, of, aspect, onChange, onSettled }: Props) {
  const { t } = useTranslation();
  const area = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; y: number; from: Crop } | null>(null);
  const change = (from: Crop, corner: Corner | null, dx: number, dy: number) =>
    corner ? resized(from, corner, dx, dy, aspect, of) : moved(from, dx, dy, of);
  const grips = (corner: Corner | null) => ({
    onPointerDown: (e: PointerEvent) => {
      if (e.button !== 0) return;
      e.currentTarget.setPointerCapture(e.pointerId);
      e.stopPropagation();
      drag.current = { x: e.clientX, y: e.clientY, from: crop };
    },
    onPointerMove: (e: PointerEvent) => {
      const box = area.current?.getBoundingClientRect();
      const at = drag.current;
      if (!box || !at) return;
      const scale = of.width / box.width;
      onChange(change(at.from, corner, (e.clientX - at.x) * scale, (e.clientY - at.y) * scale), `drag ${corner}`);
    },
    onPointerUp: () => {
      drag.current = null;
      onSettled();
    },
    onPointerCancel: () => {
      drag.current = null;
      onSettled();
    },
    onKeyDown: (e: KeyboardEvent) => {
      const step = arrows[e.key];
      if (!step || e.altKey || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      e.stopPropagation(); // they step frames elsewhere
      const by = e.shiftKey ? 10 : 1;
      onChange(change(crop, corner, step[0] * by, step[1] * by), `keys ${corner}`);
    },
    onKeyUp: onSettled,
  });
  const place = {
    left: percent(crop.x, of.width),
    top: percent(crop.y, of.height),
    width: percent(crop.width, of.width),
    height: percent(crop.height, of.height),
  };
  return (
    <div ref={area} className={classes.cropArea}>
      <div className={classes.crop} style={place}>
        <button
          type="button"
          className={classes.cropMove}
          aria-label={t("cut.crop_box", { ...crop })}
          {...grips(null)}
        />
        {corners.map((corner) => (
          <button
            key={corner}
            type="button"
            className={classes.corner}
            data-corner={corner}
            aria-label={t(`cut.corner_${corner}`)}
            {...grips(corner)}
          />
        ))}
      </div>
    </div>
  );
}
