import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SourceAlike } from "@/api/sources";
import classes from "./Sources.module.css";

/** What shows almost the same picture, and what was decided about it. */
export function AlikeNote({ alike }: { alike: SourceAlike[] }) {
  const { t } = useTranslation();
  if (alike.length === 0) return null;
  return (
    <section className={classes.alike}>
      <h2>{t("sources.alike")}</h2>
      <ul>
        {alike.map((x) => (
          <li key={x.media_id || x.find_id}>
            {x.media_id ? (
              <Link to="/content/$id" params={{ id: x.media_id }}>
                {x.title}
              </Link>
            ) : (
              <Link to="/sources/tray/$id" params={{ id: x.find_id }}>
                {x.title}
              </Link>
            )}{" "}
            <span>
              {x.media_id
                ? t("sources.alike_media", { state: t(`media.state_${x.state}`) })
                : x.state === "rejected"
                  ? t("sources.rejected_because", { name: x.by, reason: x.reason })
                  : t(`sources.state_${x.state}`)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The same in a few words, for a card. */
export function AlikeMark({ alike: [first] }: { alike: SourceAlike[] }) {
  const { t } = useTranslation();
  if (!first) return null;
  const key = first.state === "rejected" ? "rejected" : first.media_id ? "known" : "twice";
  return <span className={classes.warn}>{t(`sources.alike_${key}`, { reason: first.reason })}</span>;
}
