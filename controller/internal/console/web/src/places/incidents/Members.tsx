import { IconCircleCheckFilled, IconPlugConnectedX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { IncidentDetail } from "@/api/incidents";
import { useWatch } from "@/api/useWatch";
import { Ago } from "@/ui/Ago";
import { ScreenMark } from "@/ui/ScreenMark";
import { StateMark } from "@/ui/StateMark";
import classes from "./Incidents.module.css";
import { MaintenanceMark } from "./MaintenanceMark";

/** The screens it is about, as they are now. */
export function Members({ incident: i }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const watch = useWatch();
  const screen = i.screen && watch.screens.find((s) => s.id === i.screen?.id);
  if (screen) {
    return (
      <p className={classes.screen}>
        <Link to="/screens/$id" params={{ id: screen.id }}>
          {screen.showing?.thumbnail_url && <img src={screen.showing.thumbnail_url} alt="" />}
          {screen.name}
        </Link>
        <ScreenMark state={screen.state} plain />
        <MaintenanceMark screen={screen} now={watch.now} />
        {screen.last_seen_at && (
          <span className={classes.quiet}>
            {t("watch.fact_seen")}: <Ago at={screen.last_seen_at} />
          </span>
        )}
      </p>
    );
  }
  if (i.members.length === 0) return null;
  return (
    <ul className={classes.members}>
      {i.members.map((m) => (
        <li key={m.screen}>
          <Link to="/screens/$id" params={{ id: m.screen }}>
            {m.name}
          </Link>
          {m.back ? (
            <StateMark icon={IconCircleCheckFilled} tone="ok" label={t("incident.member_back")} plain />
          ) : (
            <StateMark icon={IconPlugConnectedX} tone="bad" label={t("watch.state_offline")} plain />
          )}
          <span className={classes.quiet}>
            {t("watch.fact_seen")}: <Ago at={m.last_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
