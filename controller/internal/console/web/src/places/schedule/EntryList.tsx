import { Button, Skeleton } from "@mantine/core";
import { IconCalendarPlus, IconCircleCheckFilled, IconPencil, IconPlayerPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/rights";
import { entriesQuery } from "@/api/schedule";
import type { Entry } from "@/api/types";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { StateMark } from "@/ui/StateMark";
import classes from "./Schedule.module.css";
import { useSummary } from "./useSummary";

/** Every entry with its sentence. */
export function EntryList() {
  const { t } = useTranslation();
  const say = useSummary();
  const may = useMay("edit_plans");
  const entries = useQuery(entriesQuery);
  const sorted = entries.data?.toSorted((a, b) => b.priority - a.priority || a.title.localeCompare(b.title, "vi"));
  return (
    <div className={classes.entries}>
      <Panel title={t("schedule.entries")} flush>
        {!entries.data && <Skeleton height={120} />}
        {sorted?.length === 0 && (
          <Empty
            icon={IconCalendarPlus}
            title={t("schedule.empty")}
            hint={may && t("schedule.empty_hint")}
            action={
              may && (
                <Button variant="default" component={Link} to="/schedule/entries/new">
                  {t("schedule.add")}
                </Button>
              )
            }
          />
        )}
        <ul>
          {sorted?.map((e) => (
            <li key={e.id}>
              <Link to="/schedule/entries/$id" params={{ id: e.id }} className={classes.entry}>
                <span className={classes.priority} title={t("schedule.priority")}>
                  {e.priority}
                </span>
                <span>
                  <strong>{e.title}</strong>
                  <small>{say(e, e.playlist_title)}</small>
                </span>
                <EntryMark entry={e} />
              </Link>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function EntryMark({ entry: e }: { entry: Entry }) {
  const { t } = useTranslation();
  if (!e.enabled) return <StateMark icon={IconPlayerPause} tone="neutral" label={t("schedule.disabled")} />;
  if (e.changed || !e.published) {
    return (
      <StateMark icon={IconPencil} tone="warn" label={t(e.published ? "schedule.changed" : "schedule.unpublished")} />
    );
  }
  return <StateMark icon={IconCircleCheckFilled} tone="ok" label={t("schedule.published")} />;
}
