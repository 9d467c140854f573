import { Progress, Skeleton } from "@mantine/core";
import { IconClockExclamation, IconClockOff, IconVideo } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { duration } from "@/time/format";
import { HeldMark, MediaMark } from "@/ui/MediaMark";
import classes from "./Content.module.css";

interface Props {
  id: string;
  index: number;
  /** Absent while it is on its way. */
  item: Media | undefined;
  tabbable: boolean;
  chosen: boolean;
  /** Something is chosen: a click chooses more instead of opening. */
  choosing: boolean;
  choose?: ((index: number, range: boolean) => void) | undefined;
}

const expired = (item: Media) => item.valid_until !== null && Date.parse(item.valid_until) <= Date.now();

export const MediaCard = memo(function MediaCard({ id, index, item, tabbable, chosen, choosing, choose }: Props) {
  const { t } = useTranslation();
  if (!item) {
    return (
      <div className={classes.card} aria-busy="true">
        <div className={classes.picture} />
        <Skeleton height={12} mt={12} width="80%" />
        <Skeleton height={10} mt={10} width="45%" />
      </div>
    );
  }
  return (
    <div className={classes.item} data-chosen={chosen || undefined}>
      <Link
        to="/content/$id"
        params={{ id }}
        className={classes.card}
        title={item.title}
        tabIndex={tabbable ? 0 : -1}
        preload={false}
        onClick={(event) => {
          if (!choose || !(choosing || event.ctrlKey || event.metaKey || event.shiftKey)) return;
          event.preventDefault();
          choose(index, event.shiftKey);
        }}
      >
        <div className={classes.picture}>
          {item.thumbnail_url && item.state !== "processing" && (
            <img src={item.thumbnail_url} alt="" decoding="async" />
          )}
          {item.kind === "video" && (
            <span className={classes.length}>
              <IconVideo size={14} aria-hidden="true" />
              <span className="visually-hidden">{t("media.kind_video")}</span>
              {duration(item.source.duration_ms)}
            </span>
          )}
          {item.state === "processing" && (
            <Progress
              className={classes.progress}
              value={100 * (item.job?.progress ?? 0)}
              size={4}
              aria-label={item.title}
            />
          )}
        </div>
        <span className={classes.title}>{item.title}</span>
        <span className={classes.meta}>
          <MediaMark state={item.state} plain />
          {item.held && <HeldMark plain />}
          {expired(item) ? (
            <span className={classes.expires}>
              <IconClockOff size={14} aria-hidden="true" />
              {t("library.expired")}
            </span>
          ) : (
            item.expires_soon && (
              <span className={classes.expires}>
                <IconClockExclamation size={14} aria-hidden="true" />
                {t("content.expires_soon")}
              </span>
            )
          )}
        </span>
      </Link>
      {choose && (
        <label className={classes.choose}>
          <input
            type="checkbox"
            checked={chosen}
            tabIndex={-1}
            aria-label={t("library.choose", { title: item.title })}
            onClick={(event) => {
              if (!event.shiftKey) return;
              event.preventDefault();
              choose(index, true);
            }}
            onChange={() => choose(index, false)}
          />
        </label>
      )}
    </div>
  );
});
