import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Block } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import classes from "./Schedule.module.css";
import { across, clock, type DayBlock } from "./weekBlocks";

const dayMinutes = 1440;
/** From so many columns on words do not fit across one. */
const narrowColumns = 4;
/** From this length on a title may take several lines. */
const tallMinutes = 120;

interface Props {
  block: DayBlock;
  tone: number;
  /** How many screens are under the lens. */
  screens: number;
  entries: Pick<Block, "entry_id" | "title">[];
}

export function BlockCard({ block: b, tone, screens, entries }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const hidden = b.wins === 0;
  const { left, width } = across(b);
  const rivals = format.list(b.hiddenBy.map((id) => entries.find((e) => e.entry_id === id)?.title ?? id));
  const when = `${clock(b.from)}–${clock(b.to)}`;
  const label = [
    b.title,
    when,
    t("schedule.priority_n", { n: b.priority }),
    hidden ? t("schedule.hidden_by", { rivals }) : "",
    !hidden && b.wins < b.screens.length ? t("schedule.wins_partly", { wins: b.wins, of: b.screens.length }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <li
      className={classes.place}
      style={{
        top: `${(100 * b.from) / dayMinutes}%`,
        height: `${(100 * (b.to - b.from)) / dayMinutes}%`,
        left: `${left}%`,
        width: `${width}%`,
        zIndex: b.lane,
      }}
    >
      <Tooltip label={label} multiline maw={320}>
        <Link
          to="/schedule/entries/$id"
          params={{ id: b.entryId }}
          className={classes.block}
          data-hidden={hidden || undefined}
          data-tone={tone}
          data-narrow={b.columns >= narrowColumns || undefined}
          data-tall={b.to - b.from >= tallMinutes || undefined}
        >
          <div className={classes.words}>
            <strong>{b.title}</strong>
            <span>{when}</span>
            <span className="visually-hidden">{t("schedule.priority_n", { n: b.priority })}</span>
            {hidden && <em>{t("schedule.hidden")}</em>}
            {b.screens.length < screens && <em>{t("schedule.on_screens", { n: b.screens.length, of: screens })}</em>}
          </div>
        </Link>
      </Tooltip>
    </li>
  );
}
