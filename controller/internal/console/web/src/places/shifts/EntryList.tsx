import { useTranslation } from "react-i18next";
import type { ShiftEntry } from "@/api/shifts";
import { time } from "@/time/format";
import { OpenList } from "./OpenList";
import classes from "./Shifts.module.css";

/** Lines of the log. */
export function EntryList({ entries }: { entries: ShiftEntry[] }) {
  const { t } = useTranslation();
  return (
    <ol className={classes.entries}>
      {entries.map((e) => (
        <li key={e.seq}>
          <time dateTime={e.at}>{time(new Date(e.at))}</time>
          <div>
            <span>{t(`shift.did_${e.kind}`, { name: e.person.name, other: e.other.name })}</span>
            {e.note && <p>{e.note}</p>}
            {(e.kind === "offered" || e.kind === "accepted" || e.kind === "ended") &&
              (e.open.length > 0 ? <OpenList open={e.open} /> : <small>{t("shift.did_open_none")}</small>)}
          </div>
        </li>
      ))}
    </ol>
  );
}
