import type { PointerEvent, ReactNode, Ref, SVGProps } from "react";
import type { DrawnShape, PlacedScreen } from "@/api/plan";
import type { ScreenState } from "@/api/types";
import { screenMarks } from "@/ui/ScreenMark";
import { reach, sheet } from "./drawing";
import classes from "./Plan.module.css";

interface SheetProps extends SVGProps<SVGSVGElement> {
  label: string;
  grid?: boolean;
  ref?: Ref<SVGSVGElement>;
  children: ReactNode;
}

/** The paper of a plan. */
export function Sheet({ label, grid = false, children, ...rest }: SheetProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing is no set of fields
    <svg
      {...rest}
      className={classes.sheet}
      viewBox={`0 0 ${sheet.width} ${sheet.height}`}
      role="group"
      aria-label={label}
    >
      {grid && (
        <g className={classes.grid}>
          {lines(sheet.width).map((x) => (
            <line key={`x${x}`} x1={x} x2={x} y1={0} y2={sheet.height} />
          ))}
          {lines(sheet.height).map((y) => (
            <line key={`y${y}`} y1={y} y2={y} x1={0} x2={sheet.width} />
          ))}
        </g>
      )}
      {children}
    </svg>
  );
}

const step = 5;
const lines = (most: number) => Array.from({ length: Math.floor(most / step) - 1 }, (_, i) => (i + 1) * step);

const turned = (p: { x: number; y: number; w: number; h: number; turn: number }) =>
  `translate(${p.x + p.w / 2} ${p.y + p.h / 2}) rotate(${p.turn})`;

export function ShapeDrawing({ shape: s }: { shape: DrawnShape }) {
  const upsideDown = s.turn > 90 && s.turn <= 270;
  return (
    <g transform={turned(s)} className={classes.shape} data-kind={s.kind}>
      <rect x={-s.w / 2} y={-s.h / 2} width={s.w} height={s.h} rx={s.kind === "building" ? 0.8 : 0} />
      {s.kind === "road" && s.w > 8 && <line x1={-s.w / 2 + 2} x2={s.w / 2 - 2} y1={0} y2={0} />}
      {s.text && (
        <text y={0.9} transform={upsideDown ? "rotate(180)" : undefined}>
          {s.text}
        </text>
      )}
    </g>
  );
}

interface ScreenProps {
  place: PlacedScreen;
  /** Undefined while it is not known. */
  screen: ScreenState | undefined;
  old: boolean;
}

/** A screen from above: a bar that shows to where its face is, a mark of its state, its name. */
export function ScreenDrawing({ place: p, screen: s, old }: ScreenProps) {
  const [Icon, tone] = screenMarks[s?.state ?? "never"];
  const cx = p.x + p.w / 2;
  const cy = p.y + p.h / 2;
  return (
    <g className={classes.screen} data-state={s?.state} data-tone={tone} data-old={old || undefined}>
      <g transform={turned(p)}>
        <rect className={classes.body} x={-p.w / 2} y={-p.h / 2} width={p.w} height={p.h} rx={0.5} />
        <line className={classes.face} x1={-p.w / 2 + 0.4} x2={p.w / 2 - 0.4} y1={p.h / 2 + 0.7} y2={p.h / 2 + 0.7} />
      </g>
      <circle className={classes.badge} cx={cx} cy={cy} r={2.4} />
      <Icon className={classes.icon} x={cx - 1.6} y={cy - 1.6} width={3.2} height={3.2} aria-hidden="true" />
      <text className={classes.name} x={cx} y={cy + Math.max(reach(p), 2.4) + 3.6}>
        {s?.name ?? ""}
      </text>
    </g>
  );
}

/** Where on the sheet a pointer is. */
export function pointOf(svg: SVGSVGElement | null, event: { clientX: number; clientY: number } | PointerEvent) {
  const matrix = svg?.getScreenCTM()?.inverse();
  if (!matrix) return { x: 0, y: 0 };
  const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
  return { x: p.x, y: p.y };
}
