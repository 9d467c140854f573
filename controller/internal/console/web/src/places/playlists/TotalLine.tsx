import { IconAlertTriangle, IconCircleCheckFilled, IconRectangle, IconRectangleVertical } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Playlist, PlaylistItem } from "@/api/types";
import { duration } from "@/time/format";
import { isTall, profileName } from "@/ui/profileName";
import classes from "./Editor.module.css";
import { totalMs } from "./editing";

/** Length and completeness in one line that stays in sight where the preview has no place beside the items. */
export function TotalLine({ items, playlist }: { items: PlaylistItem[]; playlist: Playlist }) {
  const { t } = useTranslation();
  return (
    <p className={classes.totalLine}>
      <strong>{duration(totalMs(items))}</strong> {t("playlist.items", { count: items.length })}
      {playlist.completeness.map((c) => {
        const Mark = c.ready < c.of ? IconAlertTriangle : IconCircleCheckFilled;
        const Shape = isTall(c.profile) ? IconRectangleVertical : IconRectangle;
        return (
          <span key={c.profile} data-short={c.ready < c.of || undefined}>
            <Mark size={16} aria-hidden="true" />
            <Shape size={16} aria-hidden="true" />
            <span className="visually-hidden">
              {profileName(t, c.profile)}: {t("playlist.ready", { ready: c.ready, of: c.of })}
            </span>
            <span aria-hidden="true">
              {c.ready}/{c.of}
            </span>
          </span>
        );
      })}
    </p>
  );
}
