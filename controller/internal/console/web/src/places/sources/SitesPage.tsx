import { IconAlertTriangle, IconCircleCheckFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { type SourceSite, sitesQuery } from "@/api/sources";
import { ContentTabs } from "@/places/content/ContentTabs";
import { date } from "@/time/format";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { StateMark } from "@/ui/StateMark";
import { SiteDesk } from "./SiteDesk";
import classes from "./Sources.module.css";
import { isConfirmed } from "./Unconfirmed";

const route = getRouteApi("/shell/sources/sites");

/** How sites are read: tested by anybody who brings things in, changed by an administrator. */
export function SitesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const may = me.rights.includes("manage_people");
  const brings = me.rights.includes("add_media");
  const all = useQuery(sitesQuery);
  const sites = all.data ?? [];
  const chosen = sites.find((s) => s.id === search.site) ?? sites[0];
  const choose = (site: string) => void navigate({ search: { site }, replace: true });
  return (
    <>
      {brings ? (
        <PageHead title={t("place.content")} aside={<ContentTabs here="sites" />} />
      ) : (
        <>
          <BackLink to="/admin" label={t("place.admin")} />
          <PageHead title={t("sources.sites_title")} />
        </>
      )}
      <p className={classes.quiet}>{t(may ? "sources.sites_hint" : "sources.sites_ask")}</p>
      {all.error && <ProblemNote error={all.error} onRetry={() => void all.refetch()} />}
      <div className={classes.sites}>
        <ul aria-label={t("sources.sites_title")}>
          {sites.map((s) => (
            <li key={s.id}>
              <button type="button" data-here={s.id === chosen?.id || undefined} onClick={() => choose(s.id)}>
                <strong>{s.name}</strong>
                <span>{s.hosts[0] ?? t("sources.for_others")}</span>
                <Confirmed site={s} />
              </button>
            </li>
          ))}
        </ul>
        {chosen && <SiteDesk key={`${chosen.id} ${chosen.version}`} site={chosen} may={may} />}
      </div>
    </>
  );
}

/** Whether anybody has found the present description right. */
function Confirmed({ site }: { site: SourceSite }) {
  const { t } = useTranslation();
  if (site.hosts.length === 0) return null;
  const test = site.tests.article;
  if (test && isConfirmed(site, "article"))
    return (
      <StateMark
        icon={IconCircleCheckFilled}
        tone="ok"
        label={t("sources.confirmed", { name: test.by.name, date: date(new Date(test.at)) })}
      />
    );
  return <StateMark icon={IconAlertTriangle} tone="warn" label={t("sources.not_confirmed")} />;
}
