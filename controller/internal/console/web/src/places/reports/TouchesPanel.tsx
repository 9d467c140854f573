import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type PlayFilter, touchesQuery } from "@/api/plays";
import { useFormat } from "@/i18n/useFormat";
import { duration, localDate } from "@/time/format";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Reports.module.css";

/** What visitors have opened on touch kiosks, by day; nothing where there is none. */
export function TouchesPanel({ filter }: { filter: PlayFilter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const touches = useQuery(touchesQuery(filter));
  if (touches.error) return <ProblemNote error={touches.error} onRetry={() => void touches.refetch()} />;
  if (!touches.data || touches.data.length === 0) return null;
  return (
    <div className={classes.touches}>
      <Panel title={t("plays.touches")} flush>
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t("plays.day")}</th>
                <th scope="col">{t("plays.media")}</th>
                <th scope="col" className={classes.number}>
                  {t("plays.touch_count")}
                </th>
                <th scope="col" className={classes.number}>
                  {t("plays.looked")}
                </th>
              </tr>
            </thead>
            <tbody>
              {touches.data.map((n) => (
                <tr key={`${n.day}/${n.media.id}`}>
                  <td className={classes.day}>{localDate(n.day)}</td>
                  <td className={classes.media}>
                    <Link to="/content/$id" params={{ id: n.media.id }}>
                      {n.media.title}
                    </Link>
                  </td>
                  <td className={classes.number}>{format.number(n.count)}</td>
                  <td className={classes.number}>{duration(n.duration_ms)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className={classes.note}>{t("plays.touches_note")}</p>
      </Panel>
    </div>
  );
}
