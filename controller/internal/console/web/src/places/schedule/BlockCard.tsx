import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Block } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import classes from "./Schedule.module.css";
import type { DayBlock } from "./weekBlocks";

const dayMinutes = 1440;
/** Per cent of a day's width by which what lies over another is moved right. */
const indent = 20;
const most = 60;
/** From this length on a title may take several lines. */
const tallMinutes = 120;
const clock = (m: number) => `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`;

interface Props {
  block: DayBlock;
  /** How many screens are under the lens. */
  screens: number;
  entries: Pick<Block, "entry_id" | "title">[];
}

export function BlockCard({ block: b, screens, entries }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const hidden = b.wins === 0;
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
        left: `${Math.min(indent * b.lane, most)}%`,
        width: `${100 - Math.min(indent * b.lane, most)}%`,
        zIndex: b.lane,
      }}
    >
      <Tooltip label={label} multiline maw={320}>
        <Link
          to="/schedule/entries/$id"
          params={{ id: b.entryId }}
          className={classes.block}
          data-hidden={hidden || undefined}
          data-tone={tone(b.entryId)}
          data-tall={b.to - b.from >= tallMinutes || undefined}
        >
          <strong>{b.title}</strong>
          <span>{when}</span>
          <span className="visually-hidden">{t("schedule.priority_n", { n: b.priority })}</span>
          {hidden && <em>{t("schedule.hidden")}</em>}
          {b.screens.length < screens && <em>{t("schedule.on_screens", { n: b.screens.length, of: screens })}</em>}
        </Link>
      </Tooltip>
    </li>
  );
}

/** One of a few calm tones, always the same for an entry: only to tell neighbours apart, it means nothing. */
function tone(id: string): number {
  let sum = 0;
  for (const c of id) sum = (sum * 31 + c.charCodeAt(0)) % 997;
  return sum % 5;
}
