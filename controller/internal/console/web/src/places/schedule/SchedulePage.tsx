import { ActionIcon, Button, Skeleton } from "@mantine/core";
import { IconCalendarPlus, IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/rights";
import { weekQuery } from "@/api/schedule";
import { PublishButton } from "@/publish/PublishButton";
import { localDate, shortDate } from "@/time/format";
import { addDays, dateOf, mondayOf } from "@/time/zone";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { EntryList } from "./EntryList";
import { LensSelect } from "./LensSelect";
import classes from "./Schedule.module.css";
import { ScheduleTabs } from "./ScheduleTabs";
import { WeekGrid } from "./WeekGrid";

const route = getRouteApi("/shell/schedule");

/** The week of a cluster or a screen: what plays when, and which entry wins. */
export function SchedulePage() {
  const { t } = useTranslation();
  const { week: start = mondayOf(dateOf(new Date())), cluster, screen } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay("edit_plans");
  const week = useQuery(weekQuery(start, { cluster, screen }));
  const go = (monday: string | undefined) => void navigate({ search: (s) => ({ ...s, week: monday }) });
  return (
    <>
      <PageHead
        title={t("place.schedule")}
        aside={<ScheduleTabs here="week" />}
        actions={
          <>
            {may && (
              <Button
                variant="default"
                component={Link}
                to="/schedule/entries/new"
                leftSection={<IconCalendarPlus size={18} />}
                aria-label={t("schedule.add")}
              >
                <span className="wide-only">{t("schedule.add")}</span>
                <span className="phone-only">{t("schedule.add_short")}</span>
              </Button>
            )}
            <PublishButton />
          </>
        }
      />
      <div className={classes.tools}>
        <div className={classes.walk}>
          <ActionIcon variant="default" aria-label={t("schedule.week_before")} onClick={() => go(addDays(start, -7))}>
            <IconChevronLeft size={20} />
          </ActionIcon>
          <ActionIcon variant="default" aria-label={t("schedule.week_after")} onClick={() => go(addDays(start, 7))}>
            <IconChevronRight size={20} />
          </ActionIcon>
          <Button variant="default" onClick={() => go(undefined)}>
            {t("schedule.this_week")}
          </Button>
          <strong>
            {shortDate(start)} – {localDate(addDays(start, 6))}
          </strong>
        </div>
        <LensSelect
          cluster={cluster}
          screen={screen}
          onChange={(lens) => void navigate({ search: (s) => ({ week: s.week, ...lens }) })}
        />
      </div>
      {week.error && <ProblemNote error={week.error} onRetry={() => void week.refetch()} />}
      {week.data ? <WeekGrid week={week.data} /> : !week.error && <Skeleton height={640} radius="md" />}
      <EntryList />
    </>
  );
}
