import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Locale, Page } from "./types";

/** A subject that media are about; the list gives each before those below it. */
export interface MediaTheme {
  id: string;
  parent_id: string;
  name: string;
  name_en: string;
  name_lo: string;
  retired: boolean;
  uses: number;
}
export interface ThemeNames {
  name: string;
  name_en: string;
  name_lo: string;
}

export const themesQuery = queryOptions({
  queryKey: ["themes"],
  queryFn: async ({ signal }) => (await http.get<Page<MediaTheme>>("/themes", {}, signal)).items,
  staleTime: 60_000,
});

/** What a theme is called in the language of the console. */
export const themeName = (theme: MediaTheme, locale: Locale) =>
  (locale === "en" && theme.name_en) || (locale === "lo" && theme.name_lo) || theme.name;

function useThemesAct<V>(act: (value: V) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["media"] });
      return client.invalidateQueries({ queryKey: ["themes"] });
    },
  });
}

export const useAddTheme = () =>
  useThemesAct((v: ThemeNames & { parent_id: string }) => http.post<{ id: string }>("/themes", v));

export const useChangeTheme = () =>
  useThemesAct(
    ({
      id,
      ...change
    }: {
      id: string;
      names?: ThemeNames;
      parent_id?: string;
      before_id?: string;
      retired?: boolean;
    }) => http.patch<void>(`/themes/${id}`, change),
  );

export const useDeleteTheme = () => useThemesAct((id: string) => http.delete(`/themes/${id}`));

export const useMergeTheme = () =>
  useThemesAct(({ id, into_id }: { id: string; into_id: string }) =>
    http.post<void>(`/themes/${id}/merge`, { into_id }),
  );
