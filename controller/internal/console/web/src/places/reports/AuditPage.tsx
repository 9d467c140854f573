import { Button, Select, Tooltip } from "@mantine/core";
import { IconFileExport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { auditExport, auditPeopleQuery } from "@/api/audit";
import { addDays, instantOf } from "@/time/zone";
import { DateField } from "@/ui/DateField";
import { FilterBar } from "@/ui/FilterBar";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { AuditTable } from "./AuditTable";
import { actorName, kindGroups } from "./auditWords";
import { ReportTabs } from "./ReportTabs";

const route = getRouteApi("/shell/reports/audit");

/** What people did, by day, act and person, and the whole of it as a signed file. */
export function AuditPage() {
  const { t } = useTranslation();
  const { from, until, kind, person } = route.useSearch();
  const navigate = route.useNavigate();
  const people = useQuery(auditPeopleQuery).data ?? [];
  const set = (change: Partial<Record<"from" | "until" | "kind" | "person", string | undefined>>) =>
    void navigate({ search: (s) => ({ ...s, ...change }), replace: true });
  return (
    <>
      <PageHead
        title={t("place.reports")}
        aside={<ReportTabs here="audit" />}
        actions={
          <Tooltip label={t("audit.export_hint")} multiline maw={280}>
            <Button component="a" href={auditExport} download leftSection={<IconFileExport size={18} />}>
              {t("audit.export")}
            </Button>
          </Tooltip>
        }
      />
      <FilterBar active={[from, until, kind, person].filter(Boolean).length}>
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
          aria-label={t("audit.kind")}
          placeholder={t("audit.kind")}
          clearable
          searchable
          data={kindGroups(t)}
          value={kind ?? null}
          onChange={(v) => set({ kind: v ?? undefined })}
        />
        <Select
          aria-label={t("audit.person")}
          placeholder={t("audit.person")}
          clearable
          searchable
          data={people.map((p) => ({ value: p.id, label: actorName(t, p) }))}
          value={person ?? null}
          onChange={(v) => set({ person: v ?? undefined })}
        />
      </FilterBar>
      <Panel flush>
        <AuditTable
          filter={{
            from: from && instantOf(from).toISOString(),
            until: until && instantOf(addDays(until, 1)).toISOString(),
            kind,
            person,
          }}
        />
      </Panel>
    </>
  );
}
