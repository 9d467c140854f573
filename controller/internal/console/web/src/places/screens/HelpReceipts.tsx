import { Button } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconClockX,
  IconHourglass,
  IconPlayerPlay,
  IconQuestionMark,
  type TablerIcon,
} from "@tabler/icons-react";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HelpCommand, HelpState } from "@/api/help";
import type { ScreenState } from "@/api/types";
import { dateTime, timeWithSeconds } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { StateMark, type Tone } from "@/ui/StateMark";
import classes from "./Help.module.css";
import { HelpLog } from "./HelpLog";

const marks: Record<HelpState, { icon: TablerIcon; tone: Tone }> = {
  waiting: { icon: IconHourglass, tone: "info" },
  taken: { icon: IconPlayerPlay, tone: "info" },
  done: { icon: IconCircleCheck, tone: "ok" },
  refused: { icon: IconBan, tone: "warn" },
  failed: { icon: IconAlertTriangle, tone: "bad" },
  expired: { icon: IconClockX, tone: "warn" },
  silent: { icon: IconQuestionMark, tone: "warn" },
};
const few = 4;

interface Props {
  screen: ScreenState;
  items: HelpCommand[];
  /** Logs may be read. */
  logs: boolean;
}

/** What was asked of the screen PC, newest first, each with the times of its way. */
export function HelpReceipts({ screen, items, logs }: Props) {
  const { t } = useTranslation();
  const [more, setMore] = useState(false);
  const [log, setLog] = useState<HelpCommand | null>(null);
  if (items.length === 0) return <p className={classes.quiet}>{t("help.none")}</p>;
  const shown = more ? items : items.slice(0, few);
  return (
    <>
      <ol className={classes.receipts} aria-live="polite" aria-label={t("help.receipts")}>
        {shown.map((c) => (
          <li key={c.id} data-state={c.state}>
            <div className={classes.head}>
              <strong>{t(`help.asked_${c.kind}`, { amount: c.amount })}</strong>
              <StateMark {...marks[c.state]} label={t(`help.state_${c.state}`)} />
            </div>
            <p className={classes.quiet}>
              {c.by} · <Ago at={c.asked_at} />
            </p>
            <Steps command={c} />
            {c.state === "waiting" && (
              <p className={classes.quiet}>{t("help.until", { time: timeWithSeconds(new Date(c.expires_at)) })}</p>
            )}
            {c.why && <p>{whyWords(t, c.why)}</p>}
            {c.detail && <p className={classes.detail}>{c.detail}</p>}
            {c.has_log && logs && (
              <Button variant="subtle" size="compact-sm" className={classes.open} onClick={() => setLog(c)}>
                {t("help.read_log")}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {items.length > few && (
        <Button variant="subtle" size="compact-sm" className={classes.open} onClick={() => setMore(!more)}>
          {more ? t("help.less") : t("help.more", { count: items.length - few })}
        </Button>
      )}
      {log && <HelpLog screen={screen} command={log} onClose={() => setLog(null)} />}
    </>
  );
}

/** Asked, taken, ended: each with its time. */
function Steps({ command: c }: { command: HelpCommand }) {
  const { t } = useTranslation();
  const steps: [string, string | null][] = [
    ["sent", c.asked_at],
    ["taken", c.taken_at],
    ["ended", c.ended_at],
  ];
  return (
    <ul className={classes.steps}>
      {steps.map(([step, at]) =>
        at ? (
          <li key={step}>
            {t(`help.step_${step}`)}{" "}
            <time dateTime={at} title={dateTime(new Date(at))}>
              {timeWithSeconds(new Date(at))}
            </time>
          </li>
        ) : null,
      )}
    </ul>
  );
}

/** Why it was not done; a word without a sentence leaves it to the detail. */
function whyWords(t: (key: string) => string, why: string): string {
  const key = `help.why_${why}`;
  return i18next.exists(key) ? t(key) : t("help.why_failed");
}
