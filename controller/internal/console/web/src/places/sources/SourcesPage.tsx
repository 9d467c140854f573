import { Button } from "@mantine/core";
import { IconCalendarClock, IconLinkOff, IconSearchOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { browseQuery, sitesQuery } from "@/api/sources";
import { ContentTabs } from "@/places/content/ContentTabs";
import { GridSkeleton } from "@/places/content/GridSkeleton";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { BrowseBar } from "./BrowseBar";
import { ItemCard } from "./ItemCard";
import { PasteField } from "./PasteField";
import { SaveSearchDialog } from "./SaveSearchDialog";
import classes from "./Sources.module.css";
import { Unconfirmed } from "./Unconfirmed";

const route = getRouteApi("/shell/sources");

/** Other sites: paste an address, or look through what a site lists. */
export function SourcesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [saving, setSaving] = useState(false);
  const all = useQuery(sitesQuery);
  // Of a site without lists only single addresses can be pasted.
  const sites = (all.data ?? []).filter((s) => s.hosts.length > 0 && s.lists.length > 0);
  const site =
    sites.find((s) => s.id === search.site) ?? sites.find((s) => s.lists.some((l) => l.id === search.list)) ?? sites[0];
  const list = site?.lists.find((l) => l.id === search.list) ?? site?.lists[0];
  const slug = list?.choices.find((c) => c.slug === search.slug)?.slug ?? list?.choices[0]?.slug;
  const page = Number(search.page) || 1;
  const found = useQuery({
    ...browseQuery({
      site: site?.id ?? "",
      list: list?.id ?? "",
      slug,
      language: search.language,
      words: search.words,
      from: search.from,
      until: search.until,
      page,
    }),
    enabled: site !== undefined && list !== undefined,
  });
  const items = found.data ?? [];
  const byDay = search.from !== undefined || search.until !== undefined;
  return (
    <>
      <PageHead
        title={t("place.content")}
        aside={<ContentTabs here="sources" />}
        actions={
          list && (
            <Button variant="default" leftSection={<IconCalendarClock size={18} />} onClick={() => setSaving(true)}>
              {t("saved.save")}
            </Button>
          )
        }
      />
      {saving && site && list && (
        <SaveSearchDialog
          query={{ site: site.id, list: list.id, slug, language: search.language, words: search.words }}
          suggested={[list.choices.find((c) => c.slug === slug)?.name ?? list.name, search.words]
            .filter(Boolean)
            .join(" – ")}
          onClose={() => setSaving(false)}
        />
      )}
      <PasteField />
      {all.error && <ProblemNote error={all.error} onRetry={() => void all.refetch()} />}
      {site && list && <BrowseBar sites={sites} site={site} list={list} slug={slug} />}
      {site && <Unconfirmed site={site} kind="list" />}
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.isFetching && items.length === 0 && <GridSkeleton />}
      {found.data && items.length === 0 && (
        <Empty
          icon={search.words ? IconSearchOff : IconLinkOff}
          title={t("sources.nothing")}
          hint={t(search.words ? "sources.nothing_words" : byDay ? "sources.nothing_days" : "sources.nothing_hint")}
        />
      )}
      {byDay && items.some((item) => !item.published_at) && (
        <p className={classes.quiet} role="status">
          {t("sources.undated")}
        </p>
      )}
      <ul className={classes.grid}>{site && items.map((item) => <ItemCard key={item.url} item={item} />)}</ul>
      {items.length > 0 && list?.kind === "wp_json" && (
        <Button
          variant="default"
          onClick={() => void navigate({ search: (s) => ({ ...s, page: String(page + 1) }) })}
          loading={found.isFetching}
        >
          {t("sources.next_page")}
        </Button>
      )}
    </>
  );
}
