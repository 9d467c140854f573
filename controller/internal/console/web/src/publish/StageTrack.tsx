import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Stage } from "@/api/types";
import { Ago } from "@/ui/Ago";
import classes from "./Publish.module.css";

export const stages: Stage[] = ["desired", "received", "cached", "scheduled", "shown"];

/** The five steps from the wish to the glass. */
export function StageTrack({ stage, at }: { stage: Stage; at: string }) {
  const { t } = useTranslation();
  const reached = stages.indexOf(stage);
  return (
    <ol className={classes.track}>
      {stages.map((s, i) => (
        <li key={s} data-done={i <= reached || undefined} aria-current={i === reached ? "step" : undefined}>
          <span className={classes.dot}>{i <= reached && <IconCheck size={12} stroke={3} aria-hidden="true" />}</span>
          <span>
            {t(`publish.stage_${s}`)}
            {i === reached && at && (
              <small>
                <Ago at={at} />
              </small>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
