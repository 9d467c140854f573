import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SourceChange } from "@/api/upstream";
import { StateMark } from "@/ui/StateMark";
import classes from "./Upstream.module.css";

/** The approved items that came from the page, each with whether screens may show it now. */
export function ChangedMedia({ media }: { media: SourceChange["media"] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.media} aria-label={t("upstream.media")}>
      {media.map((m) => (
        <li key={m.id}>
          <Link to="/content/$id" params={{ id: m.id }}>
            {m.thumbnail_url ? <img src={m.thumbnail_url} alt="" /> : <span className={classes.blank} />}
            <span>
              <strong>{m.name}</strong>
              {m.held ? (
                <StateMark icon={IconPlayerPauseFilled} tone="warn" label={t("upstream.held_short")} />
              ) : (
                <StateMark icon={IconPlayerPlayFilled} tone="neutral" label={t("upstream.plays")} />
              )}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
