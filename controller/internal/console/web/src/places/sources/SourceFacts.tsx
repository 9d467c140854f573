import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SourceFind } from "@/api/sources";
import { date } from "@/time/format";
import { PageLink } from "@/ui/PageLink";
import { Panel } from "@/ui/Panel";
import classes from "./Sources.module.css";
import { useLanguageName } from "./useLanguageName";

/** Where the page comes from: this goes with every draft, for ever. */
export function SourceFacts({ find }: { find: SourceFind }) {
  const { t } = useTranslation();
  const nameOf = useLanguageName();
  const a = find.article;
  const facts: [string, ReactNode][] = [
    [t("media.page"), <PageLink key="page" url={find.address} />],
    [t("media.publisher"), a.publisher || t("media.published_unknown")],
    [t("media.creator"), a.author || t("media.published_unknown")],
    [t("media.published"), a.published_at ? date(new Date(a.published_at)) : t("media.published_unknown")],
    [t("sources.language"), a.language ? nameOf(a.language) : t("media.published_unknown")],
  ];
  return (
    <Panel title={t("sources.from")}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
