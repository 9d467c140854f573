import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Playlist } from "@/api/types";
import { duration } from "@/time/format";
import { Ago } from "@/ui/Ago";
import classes from "./PlaylistsPage.module.css";
import { PublishedMark } from "./PublishedMark";

const shown = 4;

export function PlaylistRow({ playlist: p }: { playlist: Playlist }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link to="/playlists/$id" params={{ id: p.id }} className={classes.row}>
        <div className={classes.what}>
          <strong>{p.title}</strong>
          <span className={classes.meta}>
            {t("playlist.items", { count: p.items.length })} · {duration(p.total_ms)} · {p.updated_by.name},{" "}
            <Ago at={p.updated_at} />
          </span>
          <PublishedMark playlist={p} />
        </div>
        <div className={classes.strip} aria-hidden="true">
          {p.items.slice(0, shown).map((item) => (
            <img key={item.id} src={item.media.thumbnail_url} alt="" loading="lazy" />
          ))}
          {p.items.length > shown && <span>+{p.items.length - shown}</span>}
        </div>
      </Link>
    </li>
  );
}
