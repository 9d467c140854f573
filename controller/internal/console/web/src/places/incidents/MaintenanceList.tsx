import { Button } from "@mantine/core";
import { IconTool } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { maintenanceQuery, useEndMaintenance } from "@/api/incidents";
import { useMay } from "@/api/rights";
import { dateTime } from "@/time/format";
import { useToast } from "@/ui/useToast";
import classes from "./Incidents.module.css";

/** What is worked on now or soon; nothing when nothing is. */
export function MaintenanceList() {
  const { t } = useTranslation();
  const toast = useToast();
  const end = useEndMaintenance();
  const may = useMay("manage_screens");
  const all = useQuery(maintenanceQuery).data ?? [];
  if (all.length === 0) return null;
  return (
    <ul className={classes.windows} aria-label={t("incident.maintenance")}>
      {all.map((w) => (
        <li key={w.id}>
          <IconTool size={20} aria-hidden="true" />
          <div>
            <strong>{w.screen ? `${w.screen.name} · ${w.cluster.name}` : w.cluster.name}</strong>
            <span>
              {t("incident.window", { from: dateTime(new Date(w.from)), until: dateTime(new Date(w.until)) })}
            </span>
            <span>
              {w.reason} · {w.by.name}
              {w.suppressed > 0 && ` · ${t("incident.suppressed", { count: w.suppressed })}`}
            </span>
          </div>
          {may && (
            <Button variant="default" onClick={() => end.mutate(w.id, { onError: toast.problem })}>
              {t("incident.window_end")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
