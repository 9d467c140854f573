import { CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SourceList, SourceSite } from "@/api/sources";
import { DateField } from "@/ui/DateField";
import { FilterBar } from "@/ui/FilterBar";
import { useLanguageName } from "./useLanguageName";

const route = getRouteApi("/shell/sources");

interface Props {
  sites: SourceSite[];
  site: SourceSite;
  list: SourceList;
  slug: string | undefined;
}

/** Which site, which list, which part of it, which language, which words. */
export function BrowseBar({ sites, site, list, slug }: Props) {
  const { t } = useTranslation();
  const nameOf = useLanguageName();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [words, setWords] = useState(search.words ?? "");
  const set = (change: Record<string, string | undefined>) =>
    void navigate({ search: (s) => ({ ...s, page: undefined, ...change }), replace: true });
  const look = useDebouncedCallback((text: string) => set({ words: text.trim() || undefined }), 300);
  const type = (text: string) => {
    setWords(text);
    look(text);
  };
  const listed = (l: SourceList) => (l.legacy ? t("sources.legacy", { name: l.name }) : l.name);
  return (
    <FilterBar
      active={
        [search.site, search.list, search.slug, search.language, search.from, search.until].filter(Boolean).length
      }
      search={
        <TextInput
          type="search"
          aria-label={t("sources.words")}
          placeholder={t("sources.words")}
          leftSection={<IconSearch size={18} stroke={1.6} />}
          rightSection={
            words && <CloseButton size="sm" aria-label={t("content.clear_search")} onClick={() => type("")} />
          }
          value={words}
          onChange={(e) => type(e.currentTarget.value)}
        />
      }
    >
      <Select
        style={{ flexBasis: 380 }}
        aria-label={t("sources.site")}
        allowDeselect={false}
        data={sites.map((s) => ({ value: s.id, label: s.name }))}
        value={site.id}
        onChange={(v) => set({ site: v ?? undefined, list: undefined, slug: undefined, language: undefined })}
      />
      <Select
        aria-label={t("sources.list")}
        allowDeselect={false}
        data={site.lists.map((l) => ({ value: l.id, label: listed(l) }))}
        value={list.id}
        onChange={(v) => set({ list: v ?? undefined, slug: undefined })}
      />
      {list.choices.length > 0 && (
        <Select
          aria-label={list.name}
          allowDeselect={false}
          searchable
          data={list.choices.map((c) => ({ value: c.slug, label: c.name }))}
          value={slug ?? null}
          onChange={(v) => set({ slug: v ?? undefined })}
        />
      )}
      {site.languages.length > 0 && list.kind === "page" && (
        <Select
          aria-label={t("sources.language")}
          allowDeselect={false}
          data={[site.default_language, ...site.languages].map((l) => ({ value: l, label: nameOf(l) }))}
          value={search.language ?? site.default_language}
          onChange={(v) => set({ language: v === site.default_language ? undefined : (v ?? undefined) })}
        />
      )}
      {(["from", "until"] as const).map((end) => (
        <DateField
          key={end}
          aria-label={t(`sources.day_${end}`)}
          placeholder={t(`sources.day_${end}`)}
          value={search[end] ?? ""}
          minDate={end === "until" ? search.from : undefined}
          onChange={(day) => set({ [end]: day || undefined })}
        />
      ))}
    </FilterBar>
  );
}
