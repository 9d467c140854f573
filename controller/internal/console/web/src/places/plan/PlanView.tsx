import { ActionIcon } from "@mantine/core";
import { IconArrowsMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Plan } from "@/api/plan";
import type { ScreenState } from "@/api/types";
import { isOld } from "../screens/worst";
import classes from "./Plan.module.css";
import { ScreenDrawing, ShapeDrawing, Sheet } from "./Sheet";

const most = 4;

interface Props {
  plan: Plan;
  screens: ScreenState[];
  now: Date;
  label: string;
}

/** A plan to look at: each screen in its state, a press opens it. A finger moves it, buttons make it larger. */
export function PlanView({ plan, screens, now, label }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [zoom, setZoom] = useState(1);
  const known = new Map(screens.map((s) => [s.id, s]));
  const open = (id: string) => void navigate({ to: "/screens/$id", params: { id } });
  return (
    <div className={classes.frame}>
      <div className={classes.scroll}>
        <div style={{ width: `${zoom * 100}%` }}>
          <Sheet label={label}>
            {plan.shapes.map((s, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a shape is its number
              <ShapeDrawing key={i} shape={s} />
            ))}
            {plan.screens.map((p) => {
              const s = known.get(p.id);
              if (!s) return null;
              return (
                // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons
                <g
                  key={p.id}
                  role="button"
                  tabIndex={0}
                  className={classes.open}
                  aria-label={t("plan.screen_at", { name: s.name, state: t(`watch.state_${s.state}`) })}
                  onClick={() => open(s.id)}
                  onKeyDown={(e) => e.key === "Enter" && open(s.id)}
                >
                  <ScreenDrawing place={p} screen={s} old={isOld(s, now)} />
                </g>
              );
            })}
          </Sheet>
        </div>
      </div>
      <div className={classes.zoom}>
        <ActionIcon
          variant="default"
          size={40}
          aria-label={t("plan.zoom_in")}
          disabled={zoom >= most}
          onClick={() => setZoom(Math.min(most, zoom * 1.5))}
        >
          <IconPlus size={20} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={40}
          aria-label={t("plan.zoom_out")}
          disabled={zoom <= 1}
          onClick={() => setZoom(Math.max(1, zoom / 1.5))}
        >
          <IconMinus size={20} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={40}
          aria-label={t("plan.zoom_all")}
          disabled={zoom === 1}
          onClick={() => setZoom(1)}
        >
          <IconArrowsMaximize size={20} />
        </ActionIcon>
      </div>
    </div>
  );
}
