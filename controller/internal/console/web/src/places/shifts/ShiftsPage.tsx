import { Alert, Button, Select, Skeleton } from "@mantine/core";
import { IconPrinter, IconUserOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { useMe } from "@/api/session";
import { deskQuery, type ShiftDesk } from "@/api/shifts";
import { dateTime, localDate } from "@/time/format";
import { DateField } from "@/ui/DateField";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { ScreenTabs } from "../screens/ScreenTabs";
import { EntryList } from "./EntryList";
import { MyShift } from "./MyShift";
import { OfferedShift } from "./OfferedShift";
import { OpenList } from "./OpenList";
import classes from "./Shifts.module.css";
import { StaffingForm } from "./StaffingForm";

const route = getRouteApi("/shell/screens/shifts");

/** Who is on duty, what they wrote, and the hand-over: one tap each on a phone. */
export function ShiftsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const clusters = useQuery(clustersQuery);
  const mine = (clusters.data ?? []).filter((c) =>
    me.grants.some((g) => (!g.cluster_id || g.cluster_id === c.id) && (!g.unit_id || g.unit_id === c.unit.id)),
  );
  const chosen = route.useSearch().cluster;
  const here = mine.find((c) => c.id === chosen) ?? mine[0];
  return (
    <>
      <PageHead title={t("place.screens")} aside={<ScreenTabs here="shifts" />} />
      {clusters.error && <ProblemNote error={clusters.error} onRetry={() => void clusters.refetch()} />}
      {mine.length > 1 && (
        <Select
          aria-label={t("shift.cluster")}
          mb="md"
          maw={360}
          allowDeselect={false}
          data={mine.map((c) => ({ value: c.id, label: c.name }))}
          value={here?.id ?? null}
          onChange={(v) => v && void navigate({ to: "/screens/shifts", search: { cluster: v }, replace: true })}
        />
      )}
      {clusters.data && !here && <Empty icon={IconUserOff} title={t("shift.no_cluster")} />}
      {here && <Desk key={here.id} cluster={here.id} />}
    </>
  );
}

function Desk({ cluster }: { cluster: string }) {
  const { t } = useTranslation();
  const desk = useQuery(deskQuery(cluster));
  if (desk.isPending) return <Skeleton height={320} radius="md" />;
  if (!desk.data) return <ProblemNote error={desk.error} onRetry={() => void desk.refetch()} />;
  return (
    <div className={classes.desk}>
      {desk.error && <ProblemNote error={desk.error} />}
      <div>
        <Duty desk={desk.data} />
        {desk.data.may_write && <MyShift desk={desk.data} />}
      </div>
      <div>
        <Panel title={t("shift.open", { count: desk.data.open.length })}>
          {desk.data.open.length === 0 ? (
            <p className={classes.soft}>{t("shift.open_none")}</p>
          ) : (
            <OpenList open={desk.data.open} />
          )}
        </Panel>
        <Panel title={t("shift.today", { day: localDate(desk.data.day) })} aside={<Printing desk={desk.data} />}>
          {desk.data.today.length === 0 ? (
            <p className={classes.soft}>{t("shift.today_none")}</p>
          ) : (
            <EntryList entries={desk.data.today.toReversed()} />
          )}
        </Panel>
        <StaffingForm desk={desk.data} />
      </div>
    </div>
  );
}

function Duty({ desk }: { desk: ShiftDesk }) {
  const { t } = useTranslation();
  const me = useMe();
  const offers = desk.on_duty.filter((x) => x.offered_to.id === me.id);
  return (
    <>
      {offers.map((x) => (
        <OfferedShift key={x.shift_id} desk={desk} shift={x} />
      ))}
      <Panel title={t("shift.on_duty")}>
        {desk.missing && (
          <Alert color="marker" icon={<IconUserOff size={20} />} mb="sm">
            {t("shift.missing", { from: desk.staffing.from, until: desk.staffing.until })}
          </Alert>
        )}
        {desk.on_duty.length === 0 && !desk.missing && <p className={classes.soft}>{t("shift.nobody")}</p>}
        <ul className={classes.people}>
          {desk.on_duty.map((x) => (
            <li key={x.shift_id}>
              <strong>{x.person.name}</strong>
              <small>
                {t("shift.since", { at: dateTime(new Date(x.began_at)) })}
                {x.offered_to.id && ` · ${t("shift.offered_to", { name: x.offered_to.name })}`}
              </small>
            </li>
          ))}
        </ul>
      </Panel>
    </>
  );
}

/** Leads to the sheet of a day. */
function Printing({ desk }: { desk: ShiftDesk }) {
  const { t } = useTranslation();
  const [day, setDay] = useState(desk.day);
  return (
    <span className={classes.printing}>
      <DateField aria-label={t("shift.day")} value={day} required onChange={(v) => v && setDay(v)} />
      <Button
        variant="default"
        leftSection={<IconPrinter size={18} />}
        renderRoot={(props) => (
          <Link {...props} to="/screens/shifts/print" search={{ cluster: desk.cluster_id, day }} />
        )}
      >
        {t("shift.print")}
      </Button>
    </span>
  );
}
