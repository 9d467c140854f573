import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import { type BrowseQuery, useSourcesAct } from "./sources";
import type { Named, Page, Reason } from "./types";

/** A list of a site that is looked through again and again; what is new goes to the tray. */
export interface SourceSearch {
  id: string;
  name: string;
  site: string;
  list: string;
  slug: string;
  language: string;
  words: string;
  hours: number;
  paused: boolean;
  by: Named;
  next_at: string;
  last_at: string | null;
  found: number;
  missed: number;
  waiting: number;
  failures: number;
  problem?: Reason;
}

/** It runs behind our back: asked for again every so often. */
export const searchesQuery = queryOptions({
  queryKey: ["sources", "searches"],
  queryFn: async ({ signal }) => (await http.get<Page<SourceSearch>>("/sources/searches", {}, signal)).items,
  refetchInterval: 30_000,
});

export const useSaveSearch = () =>
  useSourcesAct((v: Omit<BrowseQuery, "page"> & { name: string; hours: number }) =>
    http.post<SourceSearch>("/sources/searches", v),
  );
export const useSearchAct = () =>
  useSourcesAct(({ id, act }: { id: string; act: "pause" | "resume" | "restore" }) =>
    http.post<void>(`/sources/searches/${id}/${act}`),
  );
export const useDeleteSearch = () => useSourcesAct((id: string) => http.delete(`/sources/searches/${id}`));
