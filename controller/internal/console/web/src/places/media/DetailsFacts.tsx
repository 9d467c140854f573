import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import type { Media } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { date, dateTime } from "@/time/format";
import { Panel } from "@/ui/Panel";
import classes from "./Media.module.css";

/** Where it comes from, as far as anybody has said. */
function originFacts(t: TFunction, { origin: o }: Media): [string, string][] {
  const facts: [string, string][] = [];
  if (o.publisher) facts.push([t("media.publisher"), o.publisher]);
  if (o.creator) facts.push([t("media.creator"), o.creator]);
  if (o.published_at) facts.push([t("media.published"), date(new Date(o.published_at))]);
  if (o.page) facts.push([t("media.page"), o.page]);
  if (o.fetched_at) facts.push([t("media.fetched"), dateTime(new Date(o.fetched_at))]);
  return facts;
}

/** What is known about the item, for reading: nothing here looks as if it could be changed. */
export function DetailsFacts({ item }: { item: Media }) {
  const { t } = useTranslation();
  const format = useFormat();
  const clusters = useQuery(clustersQuery).data ?? [];
  const places = item.territory.map((id) => clusters.find((c) => c.id === id)?.name ?? id);
  const facts: [string, string][] = [
    [t("media.languages"), item.languages.map((l) => t(`app.language_${l}`)).join(" · ") || t("app.none")],
    [t("media.territory"), item.territory.includes("*") ? t("media.anywhere") : format.list(places)],
    [t("media.valid_from"), item.valid_from ? date(new Date(item.valid_from)) : t("media.from_now")],
    [t("media.valid_until"), item.valid_until ? date(new Date(Date.parse(item.valid_until) - 1)) : t("media.no_end")],
    [t("media.rights"), item.rights_basis || t("review.rights_missing")],
    ...originFacts(t, item),
  ];
  return (
    <Panel title={t("media.details")}>
      {item.description && <p className={classes.description}>{item.description}</p>}
      <dl className={classes.facts}>
        {facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}.`}>{value}</dd>])}
      </dl>
    </Panel>
  );
}
