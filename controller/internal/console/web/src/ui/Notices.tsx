import { IconBan, IconCopy, IconEye, IconMap, IconZoomExclamation } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Notice, noticesQuery } from "@/api/checks";
import type { Media } from "@/api/types";
import classes from "./Notices.module.css";

const icons = {
  low_resolution: IconZoomExclamation,
  watch_word: IconEye,
  near_duplicate: IconCopy,
  rejected: IconBan,
  map_islands: IconMap,
};

/** What to look at twice about an item; nothing at all when there is nothing. */
export function Notices({ media }: { media: Media }) {
  const { t } = useTranslation();
  const notices = useQuery(noticesQuery(media)).data ?? [];
  if (notices.length === 0) return null;
  return (
    <section className={classes.notices} aria-label={t("checks.title")}>
      <h3>{t("checks.title")}</h3>
      <ul>
        {notices.map((n) => (
          <Line key={`${n.kind} ${n.word} ${n.media_id || n.title}`} notice={n} />
        ))}
      </ul>
    </section>
  );
}

function Line({ notice: n }: { notice: Notice }) {
  const { t } = useTranslation();
  const Icon = icons[n.kind];
  return (
    <li>
      <Icon size={18} stroke={1.8} aria-hidden="true" />
      <div>
        {t(`checks.${n.kind}`, { word: n.word })}
        {n.kind === "near_duplicate" && (
          <>
            {" "}
            <Link to="/content/$id" params={{ id: n.media_id }}>
              {n.title}
            </Link>{" "}
            ({t(`media.state_${n.state}`)})
          </>
        )}
        {n.kind === "rejected" && ` ${n.title}`}
        {(n.hint || n.note) && <small>{n.hint ? t(`checks.note_${n.hint}`) : n.note}</small>}
      </div>
    </li>
  );
}
