import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { screensQuery } from "@/api/fleet";
import { addDays, instantOf } from "@/time/zone";
import { DateField } from "@/ui/DateField";
import { FilterBar } from "@/ui/FilterBar";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { PlaysTable } from "./PlaysTable";
import { ReportTabs } from "./ReportTabs";
import { TouchesPanel } from "./TouchesPanel";

const route = getRouteApi("/shell/reports");

/** The plays of all screens, by day and screen. */
export function ReportsPage() {
  const { t } = useTranslation();
  const { from, until, screen } = route.useSearch();
  const navigate = route.useNavigate();
  const screens = useQuery(screensQuery).data ?? [];
  const set = (change: { from?: string | undefined; until?: string | undefined; screen?: string | undefined }) =>
    void navigate({ search: (s) => ({ ...s, ...change }), replace: true });
  const filter = {
    from: from && instantOf(from).toISOString(),
    until: until && instantOf(addDays(until, 1)).toISOString(),
    screen,
  };
  return (
    <>
      <PageHead title={t("place.reports")} aside={<ReportTabs here="plays" />} />
      <FilterBar active={[from, until, screen].filter(Boolean).length}>
        <DateField
          aria-label={t("plays.from")}
          placeholder={t("plays.from")}
          value={from ?? ""}
          onChange={(d) => set({ from: d || undefined })}
        />
        <DateField
          aria-label={t("plays.until")}
          placeholder={t("plays.until")}
          value={until ?? ""}
          minDate={from}
          onChange={(d) => set({ until: d || undefined })}
        />
        <Select
          aria-label={t("plays.screen")}
          placeholder={t("plays.screen")}
          clearable
          searchable
          data={screens.map((s) => ({ value: s.id, label: `${s.cluster.name} · ${s.name}` }))}
          value={screen ?? null}
          onChange={(v) => set({ screen: v ?? undefined })}
        />
      </FilterBar>
      <TouchesPanel filter={filter} />
      <Panel flush>
        <PlaysTable filter={filter} />
      </Panel>
    </>
  );
}
