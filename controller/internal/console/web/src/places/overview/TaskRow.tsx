import type { TablerIcon } from "@tabler/icons-react";
import { IconAlertOctagonFilled, IconDeviceDesktopOff, IconHourglassEmpty, IconPencil } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { StateMark, type Tone } from "@/ui/StateMark";
import classes from "./Overview.module.css";

interface Props {
  to: string;
  search?: Record<string, string>;
  picture: string;
  title: string;
  note?: string;
  mark?: string;
  tone?: Tone;
  icon?: TablerIcon;
}

const icons: Partial<Record<Tone, TablerIcon>> = { bad: IconAlertOctagonFilled, info: IconHourglassEmpty };

export function TaskRow({ to, search = {}, picture, title, note = "", mark, tone = "neutral", icon }: Props) {
  return (
    <li>
      <Link to={to} search={search} className={classes.task}>
        {picture ? <img src={picture} alt="" loading="lazy" /> : <Blank bad={tone === "bad"} />}
        <span>
          <strong>{title}</strong>
          {note && <small>{note}</small>}
        </span>
        {mark && <StateMark icon={icon ?? icons[tone] ?? IconPencil} tone={tone} label={mark} />}
      </Link>
    </li>
  );
}

/** In place of a picture; a screen that shows nothing looks like one. */
function Blank({ bad }: { bad: boolean }) {
  return (
    <span className={classes.blank} data-screen={bad || undefined}>
      {bad && <IconDeviceDesktopOff size={24} stroke={1.4} aria-hidden="true" />}
    </span>
  );
}
