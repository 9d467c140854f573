import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import type { Media } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { date, duration } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { cutFacts } from "@/ui/cutFacts";
import { originFacts } from "@/ui/originFacts";
import { profileName } from "@/ui/profileName";
import classes from "./Review.module.css";
import { deciding } from "./waitingItems";

/** Everything that a decision about this item says yes to. */
export function Coverage({ media }: { media: Media }) {
  const { t } = useTranslation();
  const format = useFormat();
  const clusters = useQuery(clustersQuery).data ?? [];
  const places = media.territory.includes("*")
    ? t("media.anywhere")
    : format.list(media.territory.map((id) => clusters.find((c) => c.id === id)?.name ?? id));
  const rows: [string, ReactNode][] = [
    [t("review.author"), `${media.author.name}, ${media.unit.name}`],
    [t("media.languages"), media.languages.map((l) => t(`app.language_${l}`)).join(" · ") || t("app.none")],
    [t("media.territory"), places],
    [t("media.valid_from"), media.valid_from ? date(new Date(media.valid_from)) : t("media.from_now")],
    [t("media.valid_until"), media.valid_until ? date(new Date(Date.parse(media.valid_until) - 1)) : t("media.no_end")],
    [t("media.rights"), media.rights_basis || t("review.rights_missing")],
    ...originFacts(t, media),
    ...cutFacts(t, media),
  ];
  const previous = media.decisions.filter((d) => d.decision !== "submit").toReversed();
  return (
    <>
      {media.description && <p className={classes.description}>{media.description}</p>}
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>{t("review.covers")}</h3>
      <ul className={classes.covers}>
        {deciding(media).map((r) => (
          <li key={r.profile}>
            <span>{profileName(t, r.profile)}</span>
            <span>
              {format.bytes(r.size)}
              {r.duration_ms > 0 && ` · ${duration(r.duration_ms)}`}
              {r.has_audio && ` · ${t("review.with_sound")}`}
            </span>
            <code title={r.digest}>{r.digest.slice(0, 16)}…</code>
          </li>
        ))}
      </ul>
      {previous.length > 0 && <h3>{t("media.history")}</h3>}
      {previous.map((d) => (
        <p key={d.id} className={classes.before}>
          {t(`media.did_${d.decision}`, { name: d.person.name })} · <Ago at={d.at} />
          {d.reason && <q>{d.reason}</q>}
        </p>
      ))}
    </>
  );
}
