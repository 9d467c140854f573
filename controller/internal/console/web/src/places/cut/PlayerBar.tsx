import { ActionIcon, Button } from "@mantine/core";
import {
  IconArrowBarToLeft,
  IconArrowBarToRight,
  IconChevronLeft,
  IconChevronRight,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { Excerpt } from "@/api/types";
import classes from "./Cut.module.css";
import { clock, endOf, frameStart } from "./excerpt";
import type { Player } from "./player";

interface Props {
  player: Player;
  excerpt: Excerpt;
  disabled: boolean;
  onBegin: () => void;
  onEnd: () => void;
}

/** Plays, steps, and sets the two ends where one looks. */
export function PlayerBar({ player, excerpt, disabled, onBegin, onEnd }: Props) {
  const { t } = useTranslation();
  const playing = useSyncExternalStore(player.subscribe, player.isPlaying);
  const frame = useSyncExternalStore(player.subscribe, player.getFrame);
  const until = endOf(excerpt, player.length);
  return (
    <div className={classes.bar}>
      <div className={classes.transport}>
        <ActionIcon variant="default" size={44} aria-label={t("cut.frame_back")} onClick={() => player.step(-1)}>
          <IconChevronLeft size={20} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={44}
          aria-label={t(playing ? "cut.pause" : "cut.play")}
          onClick={() => player.toggle(excerpt)}
        >
          {playing ? <IconPlayerPauseFilled size={20} /> : <IconPlayerPlayFilled size={20} />}
        </ActionIcon>
        <ActionIcon variant="default" size={44} aria-label={t("cut.frame_on")} onClick={() => player.step(1)}>
          <IconChevronRight size={20} />
        </ActionIcon>
        <output className={classes.now}>{clock(frameStart(frame, player.rate))}</output>
      </div>
      <div className={classes.transport}>
        <Button
          variant="default"
          h={44}
          leftSection={<IconArrowBarToLeft size={18} />}
          disabled={disabled}
          onClick={onBegin}
        >
          {t("cut.set_in")}
        </Button>
        <Button
          variant="default"
          h={44}
          leftSection={<IconArrowBarToRight size={18} />}
          disabled={disabled}
          onClick={onEnd}
        >
          {t("cut.set_out")}
        </Button>
      </div>
      <dl className={classes.times}>
        <div>
          <dt>{t("cut.in")}</dt>
          <dd>{clock(excerpt.from_ms)}</dd>
        </div>
        <div>
          <dt>{t("cut.out")}</dt>
          <dd>{clock(until)}</dd>
        </div>
        <div>
          <dt>{t("cut.length")}</dt>
          <dd>
            {clock(until - excerpt.from_ms)} <small>{t("cut.of", { whole: clock(player.length) })}</small>
          </dd>
        </div>
      </dl>
    </div>
  );
}
