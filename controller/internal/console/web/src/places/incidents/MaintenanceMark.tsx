import { IconTool } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useWindowOf } from "@/api/incidents";
import type { ScreenState } from "@/api/types";
import { time } from "@/time/format";
import { StateMark } from "@/ui/StateMark";

/** Says that a screen is worked on, and until when; nothing otherwise. */
export function MaintenanceMark({ screen, now }: { screen: ScreenState; now: Date }) {
  const { t } = useTranslation();
  const w = useWindowOf(screen, now);
  if (!w) return null;
  return (
    <StateMark
      icon={IconTool}
      tone="info"
      label={t("incident.in_maintenance", { until: time(new Date(w.until)) })}
      plain
    />
  );
}
