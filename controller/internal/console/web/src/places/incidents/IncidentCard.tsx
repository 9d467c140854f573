import { Button } from "@mantine/core";
import { IconBulb, IconHandStop } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Incident } from "@/api/incidents";
import { Ago } from "@/ui/Ago";
import classes from "./Incidents.module.css";
import { placeWords, whatWords } from "./incidentWords";
import { SeverityMark } from "./SeverityMark";
import { StatusMark } from "./StatusMark";
import { useTake } from "./useTake";

/** One incident: where, what, since when, who has it; and the one touch that takes it. */
export function IncidentCard({ incident: i }: { incident: Incident }) {
  const { t } = useTranslation();
  const { take, pending } = useTake();
  const hint = i.hints[0];
  return (
    <li className={classes.card} data-severity={i.severity} data-closed={i.closed_at !== null || undefined}>
      <Link to="/screens/incidents/$id" params={{ id: i.id }}>
        <span className={classes.marks}>
          <SeverityMark severity={i.severity} />
          <StatusMark incident={i} />
        </span>
        <strong>
          {t(`incident.rule_${i.rule}`)}
          <span className={classes.where}>{placeWords(i)}</span>
        </strong>
        <span className={classes.what}>{whatWords(t, i)}</span>
        {i.members.length > 0 && <span className={classes.what}>{i.members.map((m) => m.name).join(", ")}</span>}
        {hint && (
          <span className={classes.hint}>
            <IconBulb size={16} aria-hidden="true" />
            {t(`incident.hint_${hint.code}`, hint.params)}
          </span>
        )}
        <span className={classes.quiet}>
          <Ago at={i.closed_at ?? i.opened_at} />
          {i.flaps > 0 && ` · ${t("incident.flaps", { count: i.flaps })}`}
        </span>
      </Link>
      {i.may_handle && i.closed_at === null && !i.owner && (
        <Button
          className={classes.take}
          variant="default"
          size="md"
          loading={pending}
          leftSection={<IconHandStop size={20} />}
          onClick={() => take(i)}
        >
          {t("incident.take")}
        </Button>
      )}
    </li>
  );
}
