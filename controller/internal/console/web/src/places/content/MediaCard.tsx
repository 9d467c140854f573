import { Progress } from "@mantine/core";
import { IconClockExclamation, IconVideo } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { duration } from "@/time/format";
import { HeldMark, MediaMark } from "@/ui/MediaMark";
import classes from "./Content.module.css";

export function MediaCard({ item }: { item: Media }) {
  const { t } = useTranslation();
  return (
    <Link to="/content/$id" params={{ id: item.id }} className={classes.card} title={item.title}>
      <div className={classes.picture}>
        {item.thumbnail_url && item.state !== "processing" && <img src={item.thumbnail_url} alt="" loading="lazy" />}
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
        {item.expires_soon && (
          <span className={classes.expires}>
            <IconClockExclamation size={14} aria-hidden="true" />
            {t("content.expires_soon")}
          </span>
        )}
      </span>
    </Link>
  );
}
