import { IconCircleCheckFilled, IconHourglassEmpty, IconUserCheck, IconUserQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Incident } from "@/api/incidents";
import { StateMark } from "@/ui/StateMark";

/** Who has it, or how it ended. */
export function StatusMark({ incident: i }: { incident: Incident }) {
  const { t } = useTranslation();
  if (i.closed_at) return <StateMark icon={IconCircleCheckFilled} tone="neutral" label={t("incident.closed")} plain />;
  if (i.recovered) return <StateMark icon={IconCircleCheckFilled} tone="ok" label={t("incident.recovered")} plain />;
  if (i.good_since) return <StateMark icon={IconHourglassEmpty} tone="ok" label={t("incident.settling")} plain />;
  if (i.owner) return <StateMark icon={IconUserCheck} tone="neutral" label={i.owner.name} plain />;
  return <StateMark icon={IconUserQuestion} tone="warn" label={t("incident.untaken")} plain />;
}
