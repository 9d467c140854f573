import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import { type SourceArticle, useSourcesAct } from "./sources";
import type { Page, Reason } from "./types";

export type UpstreamState = "same" | "changed" | "gone" | "unread" | "let_go" | "back";
/** Whether media is held while nobody has decided about its page. */
export type Policy = "none" | "withdrawn" | "changed";
export const policies: Policy[] = ["none", "withdrawn", "changed"];
/** Who is told of changed pages. */
export const judging = ["edit_media", "review_media", "approve_media"];

/** A page that approved media came from and that somebody has to look at. */
export interface SourceChange {
  id: string;
  address: string;
  state: UpstreamState;
  noticed_at: string;
  checked_at: string | null;
  /** Its site had as much held as it may: what came from this page still plays. */
  flooded: boolean;
  media: { id: string; name: string; thumbnail_url: string; held: boolean }[];
  problem?: Reason;
}
/** A page as it was and as it is. */
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
export const useLookAgain = () =>
  useSourcesAct((media_id: string) => http.post<SourceChange>("/sources/changes/look", { media_id }));
export const useSetPolicy = (site: string) =>
  useSourcesAct((policy: Policy) => http.put<void>(`/sources/sites/${site}/policy`, { policy }));
