import { Button, Skeleton } from "@mantine/core";
import { IconArrowsExchange, IconBulb, IconCheck, IconHandStop, IconRotate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type IncidentDetail, incidentQuery, useReopen } from "@/api/incidents";
import { useMe } from "@/api/session";
import { Ago } from "@/ui/Ago";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import { CloseDialog } from "./CloseDialog";
import { Evidence } from "./Evidence";
import { HandOverDialog } from "./HandOverDialog";
import classes from "./Incidents.module.css";
import { placeWords, whatWords } from "./incidentWords";
import { Members } from "./Members";
import { RunbookView } from "./RunbookView";
import { SeverityMark } from "./SeverityMark";
import { StatusMark } from "./StatusMark";
import { TimeLine } from "./TimeLine";
import { useTake } from "./useTake";

const route = getRouteApi("/shell/screens/incidents/$id");

/** One incident: what is wrong, what to do, who has it and what happened. */
export function IncidentPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const query = useQuery(incidentQuery(id));
  const i = query.data;
  if (query.error && !i) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  if (!i) return <Skeleton height={640} radius="md" />;
  return (
    <>
      <BackLink to="/screens/incidents" label={t("incident.title")} />
      <PageHead
        title={t(`incident.rule_${i.rule}`)}
        aside={
          <>
            <SeverityMark severity={i.severity} />
            <StatusMark incident={i} />
          </>
        }
      />
      <div className={classes.columns}>
        <div className={classes.main}>
          <What incident={i} />
          {i.may_handle && <Acts incident={i} />}
          <Evidence incident={i} />
          <div className={classes.last}>
            <TimeLine incident={i} />
          </div>
        </div>
        <aside>
          <RunbookView name={i.rule} />
        </aside>
      </div>
    </>
  );
}

function What({ incident: i }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  return (
    <Panel title={placeWords(i)}>
      <div className={classes.about}>
        <p className={classes.lead}>{whatWords(t, i)}</p>
        <p className={classes.quiet}>
          {t("incident.since")} <Ago at={i.since} />
          {i.flaps > 0 && ` · ${t("incident.flaps", { count: i.flaps })}`}
        </p>
        {i.hints.map((h) => (
          <p key={`${h.code} ${h.params.screen}`} className={classes.hint}>
            <IconBulb size={18} aria-hidden="true" />
            {t(`incident.hint_${h.code}`, h.params)}
          </p>
        ))}
        <Members incident={i} />
        {i.closed_at && (
          <p>
            {t("incident.closed_as", { reason: t(`incident.reason_${i.close_reason}`) })}
            {i.closed_by && ` · ${i.closed_by.name}`} · <Ago at={i.closed_at} />
          </p>
        )}
      </div>
    </Panel>
  );
}

/** What one may do with it; on a phone under the thumb. */
function Acts({ incident: i }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const toast = useToast();
  const me = useMe();
  const { take, pending } = useTake();
  const reopen = useReopen();
  const [open, setOpen] = useState<"close" | "hand" | null>(null);
  if (i.closed_at) {
    return (
      <div className={classes.acts}>
        <Button
          variant="default"
          size="md"
          leftSection={<IconRotate size={20} />}
          loading={reopen.isPending}
          onClick={() => reopen.mutate(i.id, { onError: toast.problem })}
        >
          {t("incident.reopen")}
        </Button>
      </div>
    );
  }
  const mine = i.owner?.id === me.id;
  return (
    <div className={classes.acts}>
      {!i.owner && (
        <Button size="md" leftSection={<IconHandStop size={20} />} loading={pending} onClick={() => take(i)}>
          {t("incident.take")}
        </Button>
      )}
      <Button
        size="md"
        variant={mine ? "filled" : "default"}
        leftSection={<IconCheck size={20} />}
        onClick={() => setOpen("close")}
      >
        {t("incident.close")}
      </Button>
      <Button
        size="md"
        variant="default"
        leftSection={<IconArrowsExchange size={20} />}
        onClick={() => setOpen("hand")}
      >
        {t("incident.hand_over")}
      </Button>
      {open === "close" && <CloseDialog incident={i} onClose={() => setOpen(null)} />}
      {open === "hand" && <HandOverDialog incident={i} onClose={() => setOpen(null)} />}
    </div>
  );
}
