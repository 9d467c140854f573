import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type DragEvent, type KeyboardEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Plan, planQuery, type SitePlan, savePlan } from "@/api/plan";
import { asProblem } from "@/api/problem";
import type { ScreenState } from "@/api/types";
import { useProblemText } from "@/i18n/useProblemText";
import { useAutosave } from "@/ui/useAutosave";
import { useHistory } from "../cut/useHistory";
import * as drawing from "./drawing";
import classes from "./Plan.module.css";
import { PlanConflict } from "./PlanConflict";
import { PlanTools } from "./PlanTools";
import { pointOf, ScreenDrawing, ShapeDrawing, Sheet } from "./Sheet";

interface Props {
  cluster: { id: string; name: string };
  saved: SitePlan;
  screens: ScreenState[];
  onDone: () => void;
  /** What somebody else has drawn is to be seen in place of this. */
  onTheirs: () => void;
}

type Drag = { chosen: drawing.Chosen; kind: "move" | "stretch"; dx: number; dy: number };

/** Draws a plan by dragging and by keys; saves by itself and tells when somebody else has saved meanwhile. */
export function PlanEditor({ cluster, saved, screens, onDone, onTheirs }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const version = useRef(saved.version);
  const here = useRef(new Set<string>());
  here.current = new Set(screens.map((s) => s.id));
  const history = useHistory<Plan>({ screens: saved.screens, shapes: saved.shapes });
  const plan = history.value;
  const failed = useRef(false);
  const save = useAutosave(async (p: Plan) => {
    failed.current = true;
    const kept = await savePlan(cluster.id, { ...drawing.tidy(p, here.current), version: version.current });
    failed.current = false;
    version.current = kept.version;
    client.setQueryData(planQuery(cluster.id).queryKey, kept);
  });
  const conflict = save.state === "failed" && asProblem(save.error).reason === "plan_changed";
  const [chosen, setChosen] = useState<drawing.Chosen | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const drag = useRef<Drag | null>(null);

  const { change } = save;
  const first = useRef(plan);
  useEffect(() => {
    if (plan !== first.current) change(plan);
  }, [plan, change]);

  const set = useCallback((p: Plan, gesture = "") => history.set(p, gesture), [history.set]);
  const down = (event: PointerEvent, what: drawing.Chosen, kind: Drag["kind"]) => {
    const place = drawing.placeOf(plan, what);
    if (!place || event.button !== 0) return;
    const p = pointOf(svg.current, event);
    drag.current = { chosen: what, kind, dx: p.x - place.x, dy: p.y - place.y };
    setChosen(what);
    svg.current?.setPointerCapture(event.pointerId);
    event.stopPropagation();
  };
  const move = (event: PointerEvent) => {
    const d = drag.current;
    if (!d) return;
    const p = pointOf(svg.current, event);
    const next =
      d.kind === "move"
        ? drawing.moveTo(plan, d.chosen, p.x - d.dx, p.y - d.dy)
        : drawing.stretchTo(plan, d.chosen, p.x, p.y);
    const before = drawing.placeOf(plan, d.chosen);
    const after = drawing.placeOf(next, d.chosen);
    if (before && after && JSON.stringify(before) !== JSON.stringify(after)) set(next, "drag");
  };
  const up = () => {
    drag.current = null;
    history.settle();
  };
  const drop = (event: DragEvent) => {
    const id = event.dataTransfer.getData("text/x-screen");
    const s = screens.find((x) => x.id === id);
    if (!s) return;
    event.preventDefault();
    const p = pointOf(svg.current, event);
    put(s, p.x, p.y);
  };
  const put = (s: ScreenState, x: number, y: number) => {
    set(drawing.putScreen(plan, s.id, s.profile.includes("portrait"), x, y));
    setChosen({ what: "screen", id: s.id });
  };
  const erase = () => {
    if (!chosen) return;
    set(drawing.remove(plan, chosen));
    setChosen(null);
  };
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) {
      const k = event.key.toLowerCase();
      if (k === "z" && !event.shiftKey) history.undo();
      else if (k === "y" || (k === "z" && event.shiftKey)) history.redo();
      else return;
      event.preventDefault();
      return;
    }
    if (!chosen) return;
    const next = pressed(plan, chosen, event);
    if (next) set(next);
    else if (event.key === "Delete" || event.key === "Backspace") erase();
    else if (event.key === "Escape") setChosen(null);
    else return;
    event.preventDefault();
  };
  const place = chosen && drawing.placeOf(plan, chosen);
  const placed = new Set(plan.screens.map((s) => s.id));
  const keepMine = async () => {
    const theirs = await client.fetchQuery({ ...planQuery(cluster.id), staleTime: 0 });
    version.current = theirs.version;
    change(plan);
    await save.flush();
  };

  return (
    <div className={classes.editor}>
      {conflict && <PlanConflict onMine={() => void keepMine()} onTheirs={onTheirs} />}
      {save.state === "failed" && !conflict && (
        <p role="alert" className={classes.failed}>
          {problemText(save.error)}
        </p>
      )}
      <PlanTools
        plan={plan}
        chosen={chosen}
        saveState={save.state}
        history={history}
        set={set}
        choose={setChosen}
        erase={erase}
        onDone={() => void save.flush().then(() => !failed.current && onDone())}
      />
      <div className={classes.board}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the drawing inside */}
        <div onKeyDown={key} onDragOver={(e) => e.preventDefault()} onDrop={drop}>
          <Sheet
            ref={svg}
            grid
            label={t("plan.sheet", { cluster: cluster.name })}
            onPointerDown={() => setChosen(null)}
            onPointerMove={move}
            onPointerUp={up}
            onPointerCancel={up}
          >
            {plan.shapes.map((s, index) => (
              // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons
              <g
                // biome-ignore lint/suspicious/noArrayIndexKey: a shape is its number
                key={index}
                role="button"
                tabIndex={0}
                className={classes.held}
                aria-label={`${t(`plan.kind_${s.kind}`)} ${s.text}`}
                onFocus={() => setChosen({ what: "shape", index })}
                onPointerDown={(e) => down(e, { what: "shape", index }, "move")}
              >
                <ShapeDrawing shape={s} />
              </g>
            ))}
            {plan.screens.map((p) => {
              const s = screens.find((x) => x.id === p.id);
              if (!s) return null;
              return (
                // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons
                <g
                  key={p.id}
                  role="button"
                  tabIndex={0}
                  className={classes.held}
                  aria-label={s.name}
                  onFocus={() => setChosen({ what: "screen", id: p.id })}
                  onPointerDown={(e) => down(e, { what: "screen", id: p.id }, "move")}
                >
                  <ScreenDrawing place={p} screen={s} old={false} />
                </g>
              );
            })}
            {chosen && place && (
              <g
                className={classes.chosen}
                transform={`translate(${place.x + place.w / 2} ${place.y + place.h / 2}) rotate(${place.turn})`}
              >
                <rect x={-place.w / 2 - 0.8} y={-place.h / 2 - 0.8} width={place.w + 1.6} height={place.h + 1.6} />
                <circle
                  cx={place.w / 2 + 0.8}
                  cy={place.h / 2 + 0.8}
                  r={1.4}
                  onPointerDown={(e) => down(e, chosen, "stretch")}
                />
              </g>
            )}
          </Sheet>
          <p className={classes.hint}>{t("plan.keys")}</p>
        </div>
        <ScreenTray
          screens={screens.filter((s) => !placed.has(s.id))}
          onPut={(s) => put(s, drawing.sheet.width / 2, drawing.sheet.height / 2)}
        />
      </div>
    </div>
  );
}

/** The plan after a key on what is chosen; null for a key that draws nothing. */
function pressed(plan: Plan, chosen: drawing.Chosen, event: KeyboardEvent): Plan | null {
  const [dx, dy] = arrows[event.key] ?? [0, 0];
  if (dx || dy) return (event.shiftKey ? drawing.resizeBy : drawing.moveBy)(plan, chosen, dx, dy);
  if (event.key.toLowerCase() === "r") return drawing.turnBy(plan, chosen, event.shiftKey ? -1 : 1);
  return null;
}

const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function ScreenTray({ screens, onPut }: { screens: ScreenState[]; onPut: (s: ScreenState) => void }) {
  const { t } = useTranslation();
  return (
    <aside className={classes.tray}>
      <h2>
        {t("plan.tray")} ({screens.length})
      </h2>
      {screens.length > 0 && <p>{t("plan.tray_hint")}</p>}
      <ul>
        {screens.map((s) => (
          <li key={s.id} draggable onDragStart={(e) => e.dataTransfer.setData("text/x-screen", s.id)}>
            <Button variant="default" fullWidth justify="flex-start" onClick={() => onPut(s)}>
              {s.name}
            </Button>
          </li>
        ))}
      </ul>
    </aside>
  );
}
