import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { perDay, perLanguage, slideScansQuery } from "@/api/scans";
import { useFormat } from "@/i18n/useFormat";
import { date } from "@/time/format";
import { addDays, dateOf, instantOf } from "@/time/zone";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { ScanChart } from "./ScanChart";
import classes from "./Scans.module.css";

/** The days from the first to today. */
export function daysSince(since: string): string[] {
  const out: string[] = [];
  const today = dateOf(new Date());
  for (let day = since; day <= today && out.length < 400; day = addDays(day, 1)) out.push(day);
  return out;
}

/** How often the codes of one slide were used: in all, by language, by day. */
export function ScansPanel({ media }: { media: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [span, setSpan] = useState("30");
  const report = useQuery(slideScansQuery(media, Number(span)));
  const used = report.data?.items[0];
  if (report.error) return <ProblemNote error={report.error} onRetry={() => void report.refetch()} />;
  if (!report.data) return <Skeleton height={280} radius="md" />;
  if (!used) return null;
  const days = perDay(used.days, daysSince(report.data.since));
  return (
    <Panel
      title={t("scans.title")}
      aside={
        <SegmentedControl
          aria-label={t("scans.span")}
          value={span}
          onChange={setSpan}
          data={["7", "30", "90"].map((n) => ({ value: n, label: t("scans.days", { n }) }))}
        />
      }
    >
      <p className={classes.total}>
        <strong>{format.number(used.total)}</strong>{" "}
        {t("scans.a_day", { n: format.number(used.total / Math.max(1, days.length), 1) })}
      </p>
      <ScanChart days={days} />
      <div className={classes.ends} aria-hidden="true">
        <span>{date(instantOf(report.data.since))}</span>
        <span>{date(new Date())}</span>
      </div>
      <ul className={classes.languages}>
        {perLanguage(used.days).map((l) => (
          <li key={l.language}>
            {t(`scans.language_${l.language}`)} <strong>{format.number(l.scans)}</strong>
          </li>
        ))}
      </ul>
      {used.total > 0 && (
        <details className={classes.details}>
          <summary>{t("scans.by_day")}</summary>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t("scans.day")}</th>
                <th scope="col">{t("scans.scans")}</th>
              </tr>
            </thead>
            <tbody>
              {days
                .filter((d) => d.scans > 0)
                .reverse()
                .map((d) => (
                  <tr key={d.day}>
                    <td>{date(instantOf(d.day))}</td>
                    <td>{format.number(d.scans)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </details>
      )}
      <p className={classes.note}>{t("scans.what_is_kept")}</p>
    </Panel>
  );
}
