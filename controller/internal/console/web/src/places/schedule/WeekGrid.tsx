import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Week } from "@/api/types";
import { shortDate } from "@/time/format";
import { useNow } from "@/time/useNow";
import { dateOf, sinceMidnight } from "@/time/zone";
import { BlockCard } from "./BlockCard";
import classes from "./Schedule.module.css";
import { blocksOfDay } from "./weekBlocks";

const hours = Array.from({ length: 24 }, (_, h) => h);
const firstHour = 6;
const tones = 5;

/** Seven days, hours downwards; what is hidden by a higher priority is hatched beside what wins. */
export function WeekGrid({ week }: { week: Week }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const today = dateOf(now);
  /** One of a few calm tones for each entry, only to tell neighbours apart: it means nothing. */
  const order = [...new Set(week.blocks.map((b) => b.entry_id))].sort();
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = scroller.current;
    if (element) element.scrollTop = (element.scrollHeight / 25) * firstHour - 12;
  }, []);
  return (
    <div className={classes.week}>
      <div className={classes.scroller} ref={scroller}>
        <div className={classes.days}>
          <span />
          {week.days.map((day, i) => (
            <h2 key={day} data-today={day === today || undefined}>
              {t(`time.weekday_short_${i + 1}`)} <span>{shortDate(day)}</span>
            </h2>
          ))}
        </div>
        <div className={classes.grid}>
          <div className={classes.hours} aria-hidden="true">
            {hours.map((h) => (
              <span key={h}>{String(h).padStart(2, "0")}:00</span>
            ))}
          </div>
          {week.days.map((day, i) => (
            <ol
              key={day}
              className={classes.day}
              data-today={day === today || undefined}
              aria-label={`${t(`time.weekday_${i + 1}`)} ${shortDate(day)}`}
            >
              {blocksOfDay(week, day).map((b) => (
                <BlockCard
                  key={b.key}
                  block={b}
                  tone={order.indexOf(b.entryId) % tones}
                  screens={week.screens.length}
                  entries={week.blocks}
                />
              ))}
              {day === today && (
                <li
                  className={classes.now}
                  style={{ top: `${(sinceMidnight(now) / 864_000).toFixed(3)}%` }}
                  aria-hidden="true"
                />
              )}
            </ol>
          ))}
        </div>
      </div>
      {week.blocks.length === 0 && <p className={classes.nothing}>{t("schedule.week_empty")}</p>}
    </div>
  );
}
