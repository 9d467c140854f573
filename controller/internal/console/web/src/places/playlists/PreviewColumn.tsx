import { ActionIcon, SegmentedControl } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Playlist, PlaylistItem } from "@/api/types";
import { duration } from "@/time/format";
import { profileName } from "@/ui/profileName";
import classes from "./Editor.module.css";
import { totalMs } from "./editing";
import { LoopStage } from "./LoopStage";
import type { Playhead } from "./usePlayhead";

interface Props {
  playlist: Playlist;
  items: PlaylistItem[];
  playhead: Playhead;
}

/** The loop as a screen will show it, its length, and whether every screen shape has everything. */
export function PreviewColumn({ playlist, items, playhead }: Props) {
  const { t } = useTranslation();
  const shapes = playlist.completeness.map((c) => c.profile);
  const [chosen, setChosen] = useState("");
  const profile = shapes.includes(chosen) ? chosen : (shapes[0] ?? "1080p-landscape");
  const total = totalMs(items);
  return (
    <aside className={classes.preview} aria-label={t("playlist.preview")}>
      <LoopStage items={items} profile={profile} playhead={playhead} />
      <div className={classes.transport}>
        <ActionIcon
          variant="filled"
          size={40}
          color="dark"
          disabled={items.length === 0}
          aria-label={t(playhead.playing ? "playlist.pause" : "playlist.play")}
          onClick={playhead.toggle}
        >
          {playhead.playing ? <IconPlayerPauseFilled size={20} /> : <IconPlayerPlayFilled size={20} />}
        </ActionIcon>
        <input
          type="range"
          aria-label={t("playlist.position")}
          min={0}
          max={Math.max(1, total)}
          step={100}
          value={playhead.ms}
          onChange={(e) => playhead.seek(Number(e.currentTarget.value))}
        />
        <span>
          {duration(playhead.ms)} / {duration(total)}
        </span>
      </div>
      {shapes.length > 1 && (
        <SegmentedControl
          fullWidth
          aria-label={t("media.shapes")}
          value={profile}
          onChange={setChosen}
          data={shapes.map((p) => ({ value: p, label: profileName(t, p) }))}
        />
      )}
      <dl className={classes.totals}>
        <div>
          <dt>{t("playlist.total")}</dt>
          <dd>
            <strong>{duration(total)}</strong> · {t("playlist.items", { count: items.length })}
          </dd>
        </div>
        {playlist.completeness.map((c) => (
          <div key={c.profile} data-short={c.ready < c.of || undefined}>
            <dt>{profileName(t, c.profile)}</dt>
            <dd>
              {c.ready < c.of ? <IconAlertTriangle size={16} /> : <IconCircleCheckFilled size={16} />}
              {t("playlist.ready", { ready: c.ready, of: c.of })}
            </dd>
          </div>
        ))}
        {playlist.used_by.length > 0 && (
          <div>
            <dt>{t("playlist.used_by")}</dt>
            <dd>{playlist.used_by.map((u) => u.title).join(", ")}</dd>
          </div>
        )}
      </dl>
    </aside>
  );
}
