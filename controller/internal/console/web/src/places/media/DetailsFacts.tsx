import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import type { Media } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { date } from "@/time/format";
import { originFacts } from "@/ui/originFacts";
import { Panel } from "@/ui/Panel";
import classes from "./Media.module.css";

/** What is known about the item, for reading: nothing here looks as if it could be changed. */
export function DetailsFacts({ item }: { item: Media }) {
  const { t } = useTranslation();
  const format = useFormat();
  const clusters = useQuery(clustersQuery).data ?? [];
  const places = item.territory.map((id) => clusters.find((c) => c.id === id)?.name ?? id);
  const facts: [string, ReactNode][] = [
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
