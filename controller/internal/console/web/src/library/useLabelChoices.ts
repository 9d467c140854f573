import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { foldersQuery, tagsQuery } from "@/api/library";
import { themeName, themesQuery } from "@/api/themes";
import { useFormat } from "@/i18n/useFormat";
import { inTreeOrder, pathOf } from "./treePaths";

interface Choice {
  value: string;
  label: string;
}
const separator = " › ";

/** Themes to choose from, by their whole path; retired ones only on request. */
export function useThemeChoices(retired = false): Choice[] {
  const { locale } = useFormat();
  const themes = useQuery(themesQuery).data;
  return useMemo(
    () =>
      (themes ?? [])
        .filter((x) => retired || !x.retired)
        .map((x) => ({
          value: x.id,
          label: pathOf(themes ?? [], x)
            .map((n) => themeName(n, locale))
            .join(separator),
        })),
    [themes, retired, locale],
  );
}

/** Folders to choose from, by their whole path; of one unit or of all that one sees. */
export function useFolderChoices(unit?: string): Choice[] {
  const folders = useQuery(foldersQuery).data;
  return useMemo(
    () =>
      inTreeOrder(folders ?? [])
        .filter(({ node }) => unit === undefined || node.unit_id === unit)
        .map(({ node }) => ({
          value: node.id,
          label: pathOf(folders ?? [], node)
            .map((n) => n.name)
            .join(separator),
        })),
    [folders, unit],
  );
}

/** Tags that are in use, the most used first. */
export function useTagChoices(): string[] {
  const tags = useQuery(tagsQuery).data;
  return useMemo(() => (tags ?? []).map((x) => x.tag), [tags]);
}
