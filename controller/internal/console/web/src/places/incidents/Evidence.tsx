import { useState } from "react";
import { useTranslation } from "react-i18next";
import { base } from "@/api/http";
import type { IncidentDetail } from "@/api/incidents";
import { dateTime } from "@/time/format";
import { Panel } from "@/ui/Panel";
import classes from "./Incidents.module.css";

/** The captures that show what was wrong, as long as they are kept. */
export function Evidence({ incident: i }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const [missing, setMissing] = useState<string[]>([]);
  const there = i.evidence.filter((e) => !missing.includes(e.digest));
  if (there.length === 0) return null;
  return (
    <Panel title={t("incident.evidence")}>
      <ul className={classes.evidence}>
        {there.map((e) => (
          <li key={e.digest}>
            <img
              src={`${base}/screens/${e.screen}/captures/${e.digest}`}
              alt={t(`incident.finding_${e.finding}`)}
              onError={() => setMissing((all) => [...all, e.digest])}
            />
            <span>
              {t(`incident.finding_${e.finding}`)} · {t(`incident.witness_${e.witness}`)} · {dateTime(new Date(e.at))}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
