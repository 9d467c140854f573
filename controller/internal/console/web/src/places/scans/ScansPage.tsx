import { Skeleton } from "@mantine/core";
import { IconQrcode } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { perDay, scansQuery } from "@/api/scans";
import { useFormat } from "@/i18n/useFormat";
import { ContentTabs } from "@/places/content/ContentTabs";
import { Empty } from "@/ui/Empty";
import { MediaMark } from "@/ui/MediaMark";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { ScanChart } from "./ScanChart";
import classes from "./Scans.module.css";
import { daysSince } from "./ScansPanel";

/** The slides whose codes are counted, with the scans of the last thirty days. */
export function ScansPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const report = useQuery(scansQuery(30));
  const items = report.data?.items.toSorted((a, b) => b.total - a.total) ?? [];
  const all = report.data ? daysSince(report.data.since) : [];
  return (
    <>
      <PageHead title={t("scans.title")} aside={<ContentTabs here="scans" />} />
      {report.error && <ProblemNote error={report.error} onRetry={() => void report.refetch()} />}
      {report.isPending && <Skeleton height={480} radius="md" />}
      {report.data && items.length === 0 && (
        <Empty
          icon={IconQrcode}
          title={t("scans.no_codes")}
          hint={t(report.data.offered ? "scans.no_codes_hint" : "scans.not_offered")}
        />
      )}
      {items.length > 0 && (
        <>
          <Panel flush>
            <ul className={classes.list}>
              {items.map((s) => (
                <li key={s.media_id}>
                  <Link to="/slides/$id" params={{ id: s.media_id }} className={classes.name}>
                    {s.title}
                  </Link>
                  <MediaMark state={s.state} plain />
                  <ScanChart days={perDay(s.days, all)} />
                  <strong>{t("scans.count", { count: s.total, n: format.number(s.total) })}</strong>
                </li>
              ))}
            </ul>
          </Panel>
          <p className={classes.note}>{t("scans.what_is_kept")}</p>
        </>
      )}
    </>
  );
}
