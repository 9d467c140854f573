import { SegmentedControl, Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { screensQuery } from "@/api/fleet";
import { previewQuery } from "@/api/schedule";
import { time } from "@/time/format";
import { dateOf, instantOf } from "@/time/zone";
import { ClockField } from "@/ui/ClockField";
import { DateField } from "@/ui/DateField";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Preview.module.css";
import { PreviewResult } from "./PreviewResult";
import { ScheduleTabs } from "./ScheduleTabs";

const route = getRouteApi("/shell/schedule/preview");

/** What screen X shows at time T. */
export function PreviewPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const screens = useQuery(screensQuery).data ?? [];
  const [now] = useState(() => new Date());
  const [chosen, setChosen] = useState(search.screen ?? "");
  const [day, setDay] = useState(dateOf(now));
  const [clock, setClock] = useState(time(now));
  const [source, setSource] = useState<"draft" | "published">("draft");
  const screen = chosen || screens[0]?.id || "";
  const preview = useQuery(previewQuery(screen, instantOf(day, clock).toISOString(), source));
  return (
    <>
      <PageHead title={t("place.schedule")} aside={<ScheduleTabs here="preview" />} />
      <div className={classes.question}>
        <Select
          label={t("schedule.ask_screen")}
          searchable
          allowDeselect={false}
          data={screens.map((s) => ({ value: s.id, label: `${s.cluster.name} · ${s.name}` }))}
          value={screen || null}
          onChange={(v) => v && setChosen(v)}
        />
        <DateField label={t("schedule.ask_day")} value={day} required onChange={(d) => d && setDay(d)} />
        <ClockField label={t("schedule.ask_time")} value={clock} onChange={setClock} />
        <SegmentedControl
          aria-label={t("schedule.source")}
          data={(["draft", "published"] as const).map((s) => ({ value: s, label: t(`schedule.source_${s}`) }))}
          value={source}
          onChange={(v) => setSource(v as "draft" | "published")}
        />
      </div>
      {preview.error && <ProblemNote error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data ? <PreviewResult preview={preview.data} /> : screen && <Skeleton height={480} radius="md" />}
    </>
  );
}
