import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { weekQuery } from "@/api/schedule";
import { dateOf, mondayOf, sinceMidnight } from "@/time/zone";
import { Panel } from "@/ui/Panel";
import { blocksOfDay, clock } from "../schedule/weekBlocks";
import classes from "./Screens.module.css";

const marks = [0, 6, 12, 18, 24];
const dayMinutes = 1440;

/** Today's entries of one screen along the day. */
export function DayTimeline({ screen, now }: { screen: string; now: Date }) {
  const { t } = useTranslation();
  const today = dateOf(now);
  const week = useQuery(weekQuery(mondayOf(today), { screen })).data;
  const blocks = week ? blocksOfDay(week, today) : [];
  const lanes = Math.max(1, ...blocks.map((b) => b.lane + 1));
  return (
    <Panel
      title={t("watch.today")}
      aside={
        <Link to="/schedule/preview" search={{ screen }} className={classes.link}>
          {t("watch.ask_time")}
        </Link>
      }
    >
      <ol className={classes.dayline} style={{ height: lanes * 28 }}>
        {blocks.map((b) => (
          <li
            key={b.key}
            data-hidden={b.wins === 0 || undefined}
            title={b.title}
            style={{
              left: `${(100 * b.from) / dayMinutes}%`,
              width: `${(100 * (b.to - b.from)) / dayMinutes}%`,
              bottom: b.lane * 28,
            }}
          >
            {b.title}
          </li>
        ))}
        <li className={classes.here} style={{ left: `${sinceMidnight(now) / 864_000}%` }} aria-hidden="true" />
      </ol>
      <div className={classes.marks} aria-hidden="true">
        {marks.map((h) => (
          <span key={h}>{String(h).padStart(2, "0")}:00</span>
        ))}
      </div>
      <ol className={`${classes.dayWords} phone-only`}>
        {blocks.map((b) => (
          <li key={b.key} data-hidden={b.wins === 0 || undefined}>
            <span>
              {clock(b.from)}–{clock(b.to)}
            </span>{" "}
            {b.title}
          </li>
        ))}
      </ol>
      {week && blocks.length === 0 && <p className={classes.quiet}>{t("watch.nothing_today")}</p>}
    </Panel>
  );
}
