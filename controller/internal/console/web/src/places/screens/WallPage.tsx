import { ActionIcon } from "@mantine/core";
import { IconArrowsMaximize, IconCircleCheck, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import type { ScreenState } from "@/api/types";
import { useWatch } from "@/api/useWatch";
import { Mark } from "@/shell/Mark";
import { date, timeWithSeconds } from "@/time/format";
import { useNow } from "@/time/useNow";
import { wall as wallClock } from "@/time/zone";
import { ScreenMark } from "@/ui/ScreenMark";
import { Glass } from "./Glass";
import { LinkNotice } from "./LinkNotice";
import { whyWords } from "./reasonWords";
import { SoundControl } from "./SoundControl";
import { useAlarm } from "./useAlarm";
import { useWakeLock } from "./useWakeLock";
import classes from "./Wall.module.css";
import { type WallLayout, wallLayout } from "./wallLayout";
import { counts, isBad, isOld, wallOrder } from "./worst";

/** Every screen on one large monitor for a whole shift, nothing else around it. */
export function WallPage() {
  const { t } = useTranslation();
  const watch = useWatch();
  const alarm = useAlarm(watch);
  const { sound } = alarm;
  useWakeLock();
  useEffect(() => {
    document.title = `${t("wall.title")} · cotmoc`;
  }, [t]);
  const [room, tiles] = useRoom();
  const shown = wallOrder(watch.screens);
  const layout = wallLayout(shown.length, room.width, room.height);
  const stale = watch.downSince !== null;
  const clusters = new Set(shown.map((s) => s.cluster.id)).size;
  const bad = shown.filter(isBad).length;
  return (
    <div className={classes.wall} data-stale={stale || undefined}>
      <header>
        <Unit />
        <ul className={classes.counts} aria-label={t("watch.counts")}>
          {counts(shown).map(({ state, count }) => (
            <li key={state} data-state={state}>
              <ScreenMark state={state} plain />
              <strong>{count}</strong>
            </li>
          ))}
          {watch.data && bad === 0 && !stale && (
            <li className={classes.well}>
              <IconCircleCheck size={22} aria-hidden="true" />
              {t("wall.all_well")}
            </li>
          )}
        </ul>
        <div className={classes.controls}>
          <SoundControl sound={sound} unheard={alarm.unheard.size} iHeard={alarm.iHeard} />
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("wall.full")}
            onClick={() => void document.documentElement.requestFullscreen?.()}
          >
            <IconArrowsMaximize size={20} />
          </ActionIcon>
          <ActionIcon variant="default" size={36} aria-label={t("wall.leave")} component={Link} to="/screens">
            <IconX size={20} />
          </ActionIcon>
        </div>
        <Clock ahead={watch.now.getTime() - Date.now()} />
      </header>
      <LinkNotice watch={watch} />
      <ul
        ref={tiles}
        className={classes.tiles}
        data-dense={layout.dense || undefined}
        style={{
          gridTemplateColumns: `repeat(${layout.columns}, minmax(0, 1fr))`,
          gridTemplateRows: `repeat(${layout.rows}, minmax(0, 1fr))`,
        }}
      >
        {shown.map((s) => (
          <WallTile key={s.id} screen={s} now={watch.now} layout={layout} named={clusters > 1} />
        ))}
      </ul>
    </div>
  );
}

function Unit() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <div className={classes.unit}>
      <Mark size={32} />
      <h1>{t("wall.title")}</h1>
      <p>{me.unit.name}</p>
    </div>
  );
}

/** The server's time, which the screens are held to. */
function Clock({ ahead }: { ahead: number }) {
  const { t } = useTranslation();
  const here = useNow(1000);
  // A second's jitter of the estimate is not seen when it is rounded.
  const now = new Date(here.getTime() + Math.round(ahead / 2000) * 2000);
  return (
    <div className={classes.clock}>
      <time>{timeWithSeconds(now)}</time>
      <span>
        {t(`time.weekday_${wallClock(now).weekday}`)}, {date(now)}
      </span>
    </div>
  );
}

interface TileProps {
  screen: ScreenState;
  now: Date;
  layout: WallLayout;
  /** The cluster's name stands beside the screen's. */
  named: boolean;
}

function WallTile({ screen: s, now, layout, named }: TileProps) {
  const { t } = useTranslation();
  const old = isOld(s, now);
  const why = isBad(s) ? s.reason : null;
  return (
    <li className={classes.tile} data-state={s.state} data-problem={s.problems.length > 0 || undefined}>
      <Link to="/screens/$id" params={{ id: s.id }}>
        <div className={classes.glass}>
          <Glass screen={s} now={now} pair={layout.pair || (isBad(s) && !layout.dense)} old={old} />
        </div>
        <div className={classes.words}>
          <strong>{s.name}</strong>
          {named && !layout.dense && <span className={classes.cluster}>{s.cluster.name}</span>}
          <ScreenMark state={s.state} plain />
          {why && !layout.dense && <p>{whyWords(t, why)}</p>}
        </div>
      </Link>
    </li>
  );
}

/** The room an element has, kept up with. */
function useRoom() {
  const ref = useRef<HTMLUListElement>(null);
  const [room, setRoom] = useState({ width: 1880, height: 960 });
  useLayoutEffect(() => {
    const e = ref.current;
    if (!e) return;
    const watcher = new ResizeObserver(() => setRoom({ width: e.clientWidth, height: e.clientHeight }));
    watcher.observe(e);
    return () => watcher.disconnect();
  }, []);
  return [room, ref] as const;
}
