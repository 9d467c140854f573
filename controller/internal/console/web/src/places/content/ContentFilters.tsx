import { CloseButton, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MediaFilter } from "@/api/media";
import { languages } from "@/i18n/setup";
import { useFolderChoices, useTagChoices, useThemeChoices } from "@/library/useLabelChoices";
import { FilterBar } from "@/ui/FilterBar";

const route = getRouteApi("/shell/content");
const nowhere = "-";
const states = ["draft", "submitted", "reviewed", "approved", "returned", "withdrawn", "processing", "failed"];

/** The filters live in the address, so that a view can be sent to a colleague. */
export function ContentFilters() {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [q, setQ] = useState(filter.q ?? "");
  const set = (change: MediaFilter) => void navigate({ search: (s) => ({ ...s, ...change }), replace: true });
  const search = useDebouncedCallback((text: string) => set({ q: text.trim() || undefined }), 250);
  const type = (text: string) => {
    setQ(text);
    search(text);
  };
  const themes = useThemeChoices(true);
  const folders = useFolderChoices();
  const tags = useTagChoices();
  const active = Object.entries(filter).filter(([key, v]) => key !== "q" && v).length;
  const value = (v: string | null) => v || undefined;
  return (
    <FilterBar
      active={active}
      search={
        <TextInput
          type="search"
          aria-label={t("content.search")}
          placeholder={t("content.search")}
          leftSection={<IconSearch size={18} stroke={1.6} />}
          rightSection={q && <CloseButton size="sm" aria-label={t("content.clear_search")} onClick={() => type("")} />}
          value={q}
          onChange={(e) => type(e.currentTarget.value)}
        />
      }
    >
      <Select
        aria-label={t("content.state")}
        placeholder={t("content.state")}
        clearable
        data={states.map((s) => ({ value: s, label: t(`media.state_${s}`) }))}
        value={filter.state ?? null}
        onChange={(v) => set({ state: value(v) })}
      />
      <Select
        aria-label={t("library.theme")}
        placeholder={t("library.theme")}
        clearable
        searchable
        comboboxProps={{ width: 320, position: "bottom-start" }}
        data={[{ value: nowhere, label: t("library.no_theme") }, ...themes]}
        value={filter.theme ?? null}
        onChange={(v) => set({ theme: value(v) })}
      />
      <Select
        aria-label={t("library.folder")}
        placeholder={t("library.folder")}
        clearable
        searchable
        comboboxProps={{ width: 320, position: "bottom-start" }}
        data={[{ value: nowhere, label: t("library.no_folder") }, ...folders]}
        value={filter.folder ?? null}
        onChange={(v) => set({ folder: value(v) })}
      />
      <Select
        aria-label={t("library.tag")}
        placeholder={t("library.tag")}
        clearable
        searchable
        data={tags}
        value={filter.tag ?? null}
        onChange={(v) => set({ tag: value(v) })}
      />
      <Select
        aria-label={t("library.validity")}
        placeholder={t("library.validity")}
        clearable
        data={["now", "later", "ending", "ended"].map((v) => ({ value: v, label: t(`library.validity_${v}`) }))}
        value={filter.validity ?? null}
        onChange={(v) => set({ validity: value(v) })}
      />
      <Select
        aria-label={t("content.kind")}
        placeholder={t("content.kind")}
        clearable
        data={["image", "video"].map((k) => ({ value: k, label: t(`media.kind_${k}`) }))}
        value={filter.kind ?? null}
        onChange={(v) => set({ kind: value(v) })}
      />
      <Select
        aria-label={t("app.language")}
        placeholder={t("app.language")}
        clearable
        data={languages.map((l) => ({ value: l, label: t(`app.language_${l}`) }))}
        value={filter.language ?? null}
        onChange={(v) => set({ language: value(v) })}
      />
      <Select
        aria-label={t("content.author")}
        placeholder={t("content.author")}
        clearable
        data={[{ value: "me", label: t("content.author_me") }]}
        value={filter.author ?? null}
        onChange={(v) => set({ author: v === "me" ? "me" : undefined })}
      />
      <Select
        aria-label={t("content.sort")}
        data={[
          { value: "newest", label: t("content.sort_newest") },
          { value: "title", label: t("content.sort_title") },
        ]}
        allowDeselect={false}
        value={filter.sort ?? "newest"}
        onChange={(v) => set({ sort: v === "title" ? "title" : undefined })}
      />
    </FilterBar>
  );
}
