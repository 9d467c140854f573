import { Button, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { IconShieldCheck, IconTool } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { type IncidentFilter, incidentsQuery, rules } from "@/api/incidents";
import { useMay } from "@/api/rights";
import { Empty } from "@/ui/Empty";
import { FilterBar } from "@/ui/FilterBar";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { ScreenTabs } from "../screens/ScreenTabs";
import { IncidentCard } from "./IncidentCard";
import classes from "./Incidents.module.css";
import { MaintenanceDialog } from "./MaintenanceDialog";
import { MaintenanceList } from "./MaintenanceList";

const views = ["open", "mine", "closed"] as const;
type View = (typeof views)[number];

/** Incidents, the worst first; those that are over behind a tab. */
export function IncidentsPage() {
  const { t } = useTranslation();
  const [view, setView] = useState<View>("open");
  const [cluster, setCluster] = useState<string | null>(null);
  const [rule, setRule] = useState<string | null>(null);
  const [days, setDays] = useState<string | null>(null);
  const [planning, setPlanning] = useState(false);
  const maintains = useMay("manage_screens");
  const clusters = useQuery(clustersQuery).data ?? [];
  const filter: IncidentFilter = { state: view === "closed" ? "closed" : "open" };
  if (view === "mine") filter.mine = true;
  if (cluster) filter.cluster = cluster;
  if (rule) filter.rule = rule;
  if (days) {
    const from = new Date();
    from.setHours(0, 0, 0, 0);
    from.setDate(from.getDate() - Number(days) + 1);
    filter.from = from.toISOString();
  }
  const list = useInfiniteQuery(incidentsQuery(filter));
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const active = [cluster, rule, days].filter(Boolean).length;
  return (
    <>
      <PageHead
        title={t("place.screens")}
        aside={<ScreenTabs here="incidents" />}
        actions={
          maintains && (
            <Button variant="default" leftSection={<IconTool size={18} />} onClick={() => setPlanning(true)}>
              {t("incident.maintenance")}
            </Button>
          )
        }
      />
      <FilterBar
        active={active}
        search={
          <SegmentedControl
            aria-label={t("incident.views")}
            value={view}
            onChange={(v) => setView(v as View)}
            data={views.map((v) => ({ value: v, label: t(`incident.view_${v}`) }))}
          />
        }
      >
        <Select
          clearable
          aria-label={t("watch.cluster")}
          placeholder={t("incident.any_cluster")}
          data={clusters.map((c) => ({ value: c.id, label: c.name }))}
          value={cluster}
          onChange={setCluster}
        />
        <Select
          clearable
          searchable
          aria-label={t("incident.rule")}
          placeholder={t("incident.any_rule")}
          data={rules.map((r) => ({ value: r, label: t(`incident.rule_${r}`) }))}
          value={rule}
          onChange={setRule}
        />
        <Select
          clearable
          aria-label={t("incident.when")}
          placeholder={t("incident.any_time")}
          data={["1", "7", "30"].map((d) => ({ value: d, label: t("incident.last_days", { count: Number(d) }) }))}
          value={days}
          onChange={setDays}
        />
      </FilterBar>
      <MaintenanceList />
      {list.error && !list.data && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={320} radius="md" />}
      {list.data && items.length === 0 && (
        <Empty
          icon={IconShieldCheck}
          title={t(`incident.none_${view}`)}
          hint={active > 0 ? t("incident.none_filtered") : t(`incident.none_${view}_hint`)}
        />
      )}
      <ul className={classes.list}>
        {items.map((i) => (
          <IncidentCard key={i.id} incident={i} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" mt="sm" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("app.load_more")}
        </Button>
      )}
      <details className={classes.books}>
        <summary>{t("incident.runbooks")}</summary>
        <ul>
          {rules.map((r) => (
            <li key={r}>
              <Link to="/screens/runbooks/$name" params={{ name: r }}>
                {t(`incident.rule_${r}`)}
              </Link>
            </li>
          ))}
        </ul>
      </details>
      {planning && <MaintenanceDialog onClose={() => setPlanning(false)} />}
    </>
  );
}
