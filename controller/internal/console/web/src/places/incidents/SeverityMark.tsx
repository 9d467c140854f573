import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconInfoCircleFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Severity } from "@/api/incidents";
import { StateMark } from "@/ui/StateMark";

const marks = {
  critical: [IconAlertOctagonFilled, "bad"],
  warning: [IconAlertTriangleFilled, "warn"],
  info: [IconInfoCircleFilled, "info"],
} as const;

/** How soon somebody must come: an octagon, a triangle or a circle, with its word. */
export function SeverityMark({ severity, plain = false }: { severity: Severity; plain?: boolean }) {
  const { t } = useTranslation();
  const [icon, tone] = marks[severity];
  return <StateMark icon={icon} tone={tone} label={t(`incident.severity_${severity}`)} plain={plain} />;
}
