import { IconAlertTriangle, IconInfoCircle, IconUrgent } from "@tabler/icons-react";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type { ShiftIncident } from "@/api/shifts";
import { dateTime } from "@/time/format";
import classes from "./Shifts.module.css";

const icons: Record<string, typeof IconUrgent> = { critical: IconUrgent, warning: IconAlertTriangle };

/** Incidents that are open, each in a line. */
export function OpenList({ open }: { open: ShiftIncident[] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.open}>
      {open.map((x) => {
        const Icon = icons[x.severity] ?? IconInfoCircle;
        const rule = `incident.rule_${x.rule}`;
        return (
          <li key={x.id}>
            <Icon size={18} aria-hidden="true" />
            <span>
              <a href={`/screens/incidents/${x.id}`}>
                {x.screen_name && `${x.screen_name}: `}
                {i18next.exists(rule) ? t(rule as "shift.title") : x.rule}
              </a>
              <small>{t("shift.open_since", { at: dateTime(new Date(x.since)) })}</small>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
