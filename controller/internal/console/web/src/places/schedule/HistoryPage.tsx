import { Skeleton } from "@mantine/core";
import { IconBroadcast } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { publicationsQuery } from "@/api/publish";
import { dateTime } from "@/time/format";
import { Empty } from "@/ui/Empty";
import { MoreButton } from "@/ui/MoreButton";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Schedule.module.css";
import { ScheduleTabs } from "./ScheduleTabs";

/** Every publication with how far it has come. */
export function HistoryPage() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(publicationsQuery);
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <>
      <PageHead title={t("place.schedule")} aside={<ScheduleTabs here="history" />} />
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={480} radius="md" />}
      {list.data && items.length === 0 && (
        <Empty icon={IconBroadcast} title={t("schedule.history_empty")} hint={t("schedule.history_empty_hint")} />
      )}
      {items.length > 0 && (
        <Panel flush>
          <ul>
            {items.map((p) => (
              <li key={p.id}>
                <Link to="/publications/$id" params={{ id: p.id }} className={classes.entry}>
                  <IconBroadcast size={20} stroke={1.6} aria-hidden="true" />
                  <span>
                    <strong>{t(`publish.kind_${p.kind}`, { at: dateTime(new Date(p.at)) })}</strong>
                    <small>{[p.by.name, p.note].filter(Boolean).join(" · ")}</small>
                  </span>
                  <span>
                    {t("publish.progress", {
                      shown: p.screens.filter((s) => s.stage === "shown").length,
                      of: p.screens.length,
                    })}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <MoreButton list={list} />
    </>
  );
}
