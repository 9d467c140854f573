import { Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconHandFinger, IconReportAnalytics } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type PlayFilter, playsQuery } from "@/api/plays";
import { date, duration, timeWithSeconds } from "@/time/format";
import { Empty } from "@/ui/Empty";
import { MoreButton } from "@/ui/MoreButton";
import { ProblemNote } from "@/ui/ProblemNote";
import { StateMark } from "@/ui/StateMark";
import classes from "./Reports.module.css";

/** What was shown where and when, the latest first. Compact: for one screen. */
export function PlaysTable({ filter, compact = false }: { filter: PlayFilter; compact?: boolean }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(playsQuery(filter, compact ? 20 : 100));
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  if (list.error) return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton height={compact ? 320 : 640} />;
  if (items.length === 0)
    return <Empty icon={IconReportAnalytics} title={t("plays.none")} hint={t("plays.none_hint")} />;
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t("plays.started")}</th>
            {!compact && <th scope="col">{t("plays.screen")}</th>}
            <th scope="col">{t("plays.media")}</th>
            <th scope="col" className={classes.number}>
              {t("plays.duration")}
            </th>
            <th scope="col">{t("plays.result")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((p) => {
            const at = new Date(p.started_at);
            return (
              <tr key={p.id}>
                <td>
                  <span className={classes.day}>{date(at)}</span> {timeWithSeconds(at)}
                </td>
                {!compact && (
                  <td>
                    <Link to="/screens/$id" params={{ id: p.screen.id }}>
                      {p.screen.name}
                    </Link>
                  </td>
                )}
                <td className={classes.media}>
                  {p.media && (
                    <Link to="/content/$id" params={{ id: p.media.id }}>
                      {p.media.title}
                    </Link>
                  )}
                  {p.bulletin && t("plays.bulletin", { title: p.bulletin.title || p.bulletin.id })}
                </td>
                <td className={classes.number}>{duration(p.duration_ms)}</td>
                <td>
                  {p.touched ? (
                    <StateMark icon={IconHandFinger} tone="info" plain label={t("plays.touched")} />
                  ) : !p.complete ? (
                    <StateMark icon={IconAlertTriangle} tone="warn" plain label={t("plays.cut_short")} />
                  ) : p.clock_state !== "trusted" ? (
                    <StateMark icon={IconAlertTriangle} tone="warn" plain label={t("plays.clock_unsure")} />
                  ) : (
                    <StateMark icon={IconCircleCheck} tone="ok" plain label={t("plays.complete")} />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {compact ? null : <MoreButton list={list} />}
    </>
  );
}
