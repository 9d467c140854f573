import { Skeleton, Tooltip } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type AuditFilter, auditQuery } from "@/api/audit";
import { date, timeWithSeconds } from "@/time/format";
import { Empty } from "@/ui/Empty";
import { MoreButton } from "@/ui/MoreButton";
import { ProblemNote } from "@/ui/ProblemNote";
import { aboutWords, kindWords, moreWords, whoWords } from "./auditWords";
import classes from "./Reports.module.css";

/** What people did, the latest first, each with its place in the chain. */
export function AuditTable({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(auditQuery(filter));
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  if (list.error) return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton height={640} />;
  if (items.length === 0) return <Empty icon={IconListDetails} title={t("audit.none")} hint={t("audit.none_hint")} />;
  return (
    <>
      <table className={classes.table} data-log>
        <thead>
          <tr>
            <th scope="col">{t("audit.time")}</th>
            <th scope="col">{t("audit.kind")}</th>
            <th scope="col">{t("audit.about")}</th>
            <th scope="col">{t("audit.person")}</th>
            <th scope="col" className={classes.number}>
              {t("audit.number")}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((e) => {
            const at = new Date(e.at);
            const more = moreWords(t, e);
            return (
              <tr key={e.seq}>
                <td className={classes.at}>
                  <span className={classes.day}>{date(at)}</span> {timeWithSeconds(at)}
                </td>
                <td className={classes.media}>{kindWords(t, e.kind)}</td>
                <td className={classes.about}>
                  {aboutWords(t, e)}
                  {more && <small>{more}</small>}
                </td>
                <td>{whoWords(t, e)}</td>
                <td className={classes.number}>
                  <Tooltip label={e.hash} multiline maw={320} classNames={{ tooltip: classes.hash }}>
                    <span>
                      {e.seq} <code>{e.hash.slice(0, 8)}</code>
                    </span>
                  </Tooltip>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <MoreButton list={list} />
    </>
  );
}
