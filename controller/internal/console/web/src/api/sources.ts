import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { MediaState, Named, Page, Reason } from "./types";

export type FindState = "waiting" | "taken" | "rejected";
export type PageKind = "list" | "article";

export interface SourceList {
  id: string;
  name: string;
  kind: "page" | "feed" | "sitemap" | "wp_json";
  topic: string;
  choices: { slug: string; name: string }[];
  legacy: boolean;
}
/** A site that media may be taken from, and how it is read. */
export interface SourceSite {
  id: string;
  name: string;
  note: string;
  /** Empty of a description that others are like. */
  hosts: string[];
  lists: SourceList[];
  languages: string[];
  default_language: string;
  text: string;
  version: number;
  built_in: boolean;
  /** author: what it shows is each author's own. */
  rights: "" | "author";
  policy: "none" | "withdrawn" | "changed";
  tests: Partial<Record<PageKind, { version: number; address: string; by: Named; at: string }>>;
}
export interface SourceItem {
  url: string;
  title: string;
  picture_url: string;
  published_at: string | null;
  find_id: string;
  state: FindState | "";
  /** It is not as it was when approved media was taken from it. */
  changed: boolean;
}
export interface SourceFile {
  address: string;
  alt: string;
  picture_url: string;
}
export interface SourceArticle {
  title: string;
  summary: string;
  publisher: string;
  author: string;
  published_at: string | null;
  language: string;
  mixed: boolean;
  paragraphs: { kind: "plain" | "heading" | "caption"; text: string; language: string; foreign: boolean }[];
  pictures: SourceFile[];
  videos: SourceFile[];
}
/** A page of another site in a unit's tray. */
export interface SourceFind {
  id: string;
  site: string;
  address: string;
  language: string;
  state: FindState;
  reason: string;
  by: Named;
  fetched_at: string;
  article: SourceArticle;
  media: string[];
  /** The saved search that came upon it. */
  search?: Named;
  /** What is known to show almost the same picture, rejections first. */
  alike: SourceAlike[];
}
export interface SourceAlike {
  media_id: string;
  find_id: string;
  title: string;
  state: MediaState | FindState;
  reason: string;
  by: string;
}
/** What became of files that were taken: drafts in the page's order, and what could not be had. */
export interface SourceTaken {
  items: string[];
  failed: { address: string; problem: Reason }[];
}
export interface SourceTrial {
  site: string;
  kind: PageKind;
  address: string;
  findings: { field: string; where: string; values: string[]; used: boolean }[];
  article?: SourceArticle;
  items: SourceItem[];
  problem: string;
}
export interface BrowseQuery {
  site: string;
  list: string;
  slug?: string | undefined;
  language?: string | undefined;
  page?: number | undefined;
  words?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
}

export const sitesQuery = queryOptions({
  queryKey: ["sources", "sites"],
  queryFn: async ({ signal }) => (await http.get<Page<SourceSite>>("/sources/sites", {}, signal)).items,
});

export const browseQuery = (q: BrowseQuery) =>
  queryOptions({
    queryKey: ["sources", "list", q],
    queryFn: async ({ signal }) => (await http.get<Page<SourceItem>>("/sources/list", { ...q }, signal)).items,
    staleTime: 5 * 60_000,
    retry: false,
  });

export const trayQuery = (state: FindState, search?: string) =>
  queryOptions({
    queryKey: ["sources", "finds", state, search],
    queryFn: async ({ signal }) =>
      (await http.get<Page<SourceFind>>("/sources/finds", { state, search }, signal)).items,
    refetchInterval: 30_000,
  });

export const findQuery = (id: string) =>
  queryOptions({
    queryKey: ["sources", "find", id],
    queryFn: ({ signal }) => http.get<SourceFind>(`/sources/finds/${id}`, {}, signal),
  });

/** The same article in the languages in which it is in the tray or taken. */
export const findLanguagesQuery = (id: string) =>
  queryOptions({
    queryKey: ["sources", "find", id, "languages"],
    queryFn: async ({ signal }) =>
      (await http.get<Page<{ language: string; address: string }>>(`/sources/finds/${id}/languages`, {}, signal)).items,
  });

/** What is known of pages changes with every act on one. */
export function useSourcesAct<V, R>(act: (value: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: ["sources"] }),
  });
}

export const useLook = () => useSourcesAct((address: string) => http.post<SourceFind>("/sources/finds", { address }));
export const useTake = (id: string) =>
  useSourcesAct((files: string[]) => http.post<SourceTaken>(`/sources/finds/${id}/take`, { files }));
export const useReject = (id: string) =>
  useSourcesAct((reason: string) => http.post<void>(`/sources/finds/${id}/reject`, { reason }));
export const useReturnFind = (id: string) => useSourcesAct(() => http.post<void>(`/sources/finds/${id}/return`));
export const useSaveSite = () =>
  useSourcesAct((v: { text: string; version: number }) => http.put<Named>("/sources/sites", v));
export const useTrial = () =>
  useMutation({
    mutationFn: (v: { site?: string; text?: string; kind: PageKind; address: string }) =>
      http.post<SourceTrial>("/sources/try", v),
  });
export const useConfirmSite = () =>
  useSourcesAct(({ site, ...v }: { site: string; kind: PageKind; address: string }) =>
    http.post<void>(`/sources/sites/${site}/confirm`, v),
  );
