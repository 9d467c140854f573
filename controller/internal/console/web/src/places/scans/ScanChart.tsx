import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { date } from "@/time/format";
import { instantOf } from "@/time/zone";
import classes from "./Scans.module.css";

interface Props {
  days: { day: string; scans: number }[];
}

/** Scans per day as bars, one a day. The figures stand beside it, or in its table. */
export function ScanChart({ days }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = days.reduce((m, d) => (d.scans > m.scans ? d : m), { day: "", scans: 0 });
  const said =
    most.scans === 0
      ? t("scans.none_yet")
      : t("scans.chart", { n: format.number(most.scans), day: date(instantOf(most.day)) });
  return (
    <svg
      className={classes.chart}
      viewBox={`0 0 ${days.length * 10} 100`}
      preserveAspectRatio="none"
      role="img"
      aria-label={said}
    >
      <title>{said}</title>
      {days.map((d, n) => {
        const height = d.scans === 0 ? 1 : Math.max(4, (100 * d.scans) / Math.max(1, most.scans));
        return (
          <rect
            key={d.day}
            x={n * 10 + 1}
            width={8}
            y={100 - height}
            height={height}
            data-some={d.scans > 0 || undefined}
          />
        );
      })}
    </svg>
  );
}
