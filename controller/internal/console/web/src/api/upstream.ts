import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import { type SourceArticle, useSourcesAct } from "./sources";
import type { Named, Page, Reason } from "./types";

export type UpstreamState = "changed" | "gone" | "unread";

/** A page that approved media came from and that somebody has to look at. */
export interface SourceChange {
  id: string;
  address: string;
  state: UpstreamState;
  noticed_at: string;
  media: Named[];
  problem?: Reason;
}
export interface SourceDifference extends SourceChange {
  now: string;
  before: SourceArticle;
  after?: SourceArticle;
  keeps: boolean;
}

export const changesQuery = queryOptions({
  queryKey: ["sources", "changes"],
  queryFn: async ({ signal }) => (await http.get<Page<SourceChange>>("/sources/changes", {}, signal)).items,
  refetchInterval: 60_000,
});

export const changeQuery = (id: string) =>
  queryOptions({
    queryKey: ["sources", "change", id],
    queryFn: ({ signal }) => http.get<SourceDifference>(`/sources/changes/${id}`, {}, signal),
  });

export const useKeepMedia = (id: string) =>
  useSourcesAct((v: { now: string; reason: string }) => http.post<void>(`/sources/changes/${id}/keep`, v));
