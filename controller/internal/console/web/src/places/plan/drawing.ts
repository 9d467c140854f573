import type { DrawnShape, PlacedScreen, Plan, PlanPlace, ShapeKind } from "@/api/plan";

/** The sheet, in steps of its grid; the server holds to the same. */
export const sheet = { width: 160, height: 90 };
const turnStep = 15;

/** What is chosen: a screen by its id, a shape by its number. */
export type Chosen = { what: "screen"; id: string } | { what: "shape"; index: number };

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, Math.round(value)));

/** A place that lies on the sheet and on its grid. */
export function onSheet<P extends PlanPlace>(p: P): P {
  const w = clamp(p.w, 1, sheet.width);
  const h = clamp(p.h, 1, sheet.height);
  return { ...p, w, h, x: clamp(p.x, 0, sheet.width - w), y: clamp(p.y, 0, sheet.height - h) };
}

export function placeOf(plan: Plan, chosen: Chosen): PlanPlace | undefined {
  return chosen.what === "screen" ? plan.screens.find((s) => s.id === chosen.id) : plan.shapes[chosen.index];
}

function change(plan: Plan, chosen: Chosen, to: (p: PlanPlace) => PlanPlace): Plan {
  const put = <P extends PlanPlace>(p: P): P => onSheet({ ...p, ...to(p) });
  return chosen.what === "screen"
    ? { ...plan, screens: plan.screens.map((s) => (s.id === chosen.id ? put(s) : s)) }
    : { ...plan, shapes: plan.shapes.map((s, i) => (i === chosen.index ? put(s) : s)) };
}

export const moveTo = (plan: Plan, chosen: Chosen, x: number, y: number) =>
  change(plan, chosen, (p) => ({ ...p, x, y }));
export const moveBy = (plan: Plan, chosen: Chosen, dx: number, dy: number) =>
  change(plan, chosen, (p) => ({ ...p, x: p.x + dx, y: p.y + dy }));
export const resizeBy = (plan: Plan, chosen: Chosen, dw: number, dh: number) =>
  change(plan, chosen, (p) => ({ ...p, w: p.w + dw, h: p.h + dh }));
export const turnBy = (plan: Plan, chosen: Chosen, steps: number) =>
  change(plan, chosen, (p) => ({ ...p, turn: (((p.turn + steps * turnStep) % 360) + 360) % 360 }));

/** Drags the lower right corner, as it is turned, to a point; the middle stays. */
export function stretchTo(plan: Plan, chosen: Chosen, x: number, y: number): Plan {
  return change(plan, chosen, (p) => {
    const cx = p.x + p.w / 2;
    const cy = p.y + p.h / 2;
    const a = (-p.turn * Math.PI) / 180;
    const lx = (x - cx) * Math.cos(a) - (y - cy) * Math.sin(a);
    const ly = (x - cx) * Math.sin(a) + (y - cy) * Math.cos(a);
    const w = Math.max(1, Math.round(2 * Math.abs(lx)));
    const h = Math.max(1, Math.round(2 * Math.abs(ly)));
    return { ...p, w, h, x: cx - w / 2, y: cy - h / 2 };
  });
}

export function remove(plan: Plan, chosen: Chosen): Plan {
  return chosen.what === "screen"
    ? { ...plan, screens: plan.screens.filter((s) => s.id !== chosen.id) }
    : { ...plan, shapes: plan.shapes.filter((_, i) => i !== chosen.index) };
}

export function write(plan: Plan, index: number, text: string): Plan {
  return { ...plan, shapes: plan.shapes.map((s, i) => (i === index ? { ...s, text } : s)) };
}

/** Puts a screen on the sheet, its middle at a point. */
export function putScreen(plan: Plan, id: string, upright: boolean, x: number, y: number): Plan {
  const [w, h] = upright ? [6, 4] : [14, 4];
  const placed: PlacedScreen = onSheet({ id, x: x - w / 2, y: y - h / 2, w, h, turn: 0 });
  return { ...plan, screens: [...plan.screens.filter((s) => s.id !== id), placed] };
}

const sizes: Record<ShapeKind, [number, number]> = {
  wall: [40, 1],
  road: [80, 10],
  building: [30, 20],
  label: [24, 4],
};

export function addShape(plan: Plan, kind: ShapeKind, text: string): Plan {
  const [w, h] = sizes[kind];
  const shape: DrawnShape = onSheet({ kind, text, x: (sheet.width - w) / 2, y: (sheet.height - h) / 2, w, h, turn: 0 });
  return { ...plan, shapes: [...plan.shapes, shape] };
}

/** What may be kept: a screen that has left the cluster stands on its plan no longer. */
export function tidy(plan: Plan, screens: ReadonlySet<string>): Plan {
  return {
    screens: plan.screens
      .filter((s) => screens.has(s.id))
      .map(({ id, x, y, w, h, turn }) => ({ id, x, y, w, h, turn })),
    shapes: plan.shapes.map(({ kind, text, x, y, w, h, turn }) => ({
      kind,
      text: text.trim().replace(/\s+/g, " "),
      x,
      y,
      w,
      h,
      turn,
    })),
  };
}

/** How far what is turned reaches above and below its middle. */
export function reach(p: PlanPlace): number {
  const a = (p.turn * Math.PI) / 180;
  return (Math.abs(p.w * Math.sin(a)) + Math.abs(p.h * Math.cos(a))) / 2;
}
