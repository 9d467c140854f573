import { useEffect, useRef } from "react";
import { base } from "@/api/http";
import type { PlaylistItem } from "@/api/types";

interface Props {
  item: PlaylistItem;
  profile: string;
  opacity: number;
  playing: boolean;
  /** Milliseconds into the item. */
  offset: number;
}

const slackS = 0.35;

/** One item's rendition; a film follows the preview's clock. */
export function Layer({ item, profile, opacity, playing, offset }: Props) {
  const film = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = film.current;
    if (!video) return;
    const wanted = video.duration > 0 ? (offset / 1000) % video.duration : offset / 1000;
    if (Math.abs(video.currentTime - wanted) > slackS) video.currentTime = wanted;
    if (playing && video.paused) void video.play().catch(() => {});
    if (!playing && !video.paused) video.pause();
  }, [playing, offset]);
  const url = `${base}/media/${item.media_id}/renditions/${profile}`;
  if (item.media.kind === "video") {
    return <video ref={film} src={url} muted playsInline preload="auto" style={{ opacity }} />;
  }
  return <img src={url} alt="" style={{ opacity }} />;
}
