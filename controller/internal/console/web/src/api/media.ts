import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Fit, Media, MediaPatch, Page, UploadResult } from "./types";

export interface MediaFilter {
  q?: string | undefined;
  state?: string | undefined;
  kind?: string | undefined;
  language?: string | undefined;
  author?: "me" | undefined;
  /** An id, and what is below it; "-" for what has none. */
  theme?: string | undefined;
  folder?: string | undefined;
  tag?: string | undefined;
  validity?: string | undefined;
  sort?: "newest" | "title" | undefined;
}

const pageSize = 60;
const busy = (m: Media) => m.state === "processing";

export const mediaListQuery = (filter: MediaFilter) =>
  infiniteQueryOptions({
    queryKey: ["media", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<Media>>("/media", { ...filter, cursor: pageParam, limit: pageSize }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: (previous) => previous,
    // While something is being rendered its progress is worth asking for.
    refetchInterval: ({ state }) => (state.data?.pages.some((p) => p.items.some(busy)) ? 1500 : false),
  });

export const mediaQuery = (id: string) =>
  queryOptions({
    queryKey: ["media", "one", id],
    queryFn: ({ signal }) => http.get<Media>(`/media/${id}`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data && (busy(state.data) || state.data.job?.state === "running" || state.data.job?.state === "queued")
        ? 1500
        : false,
  });

/** A change of one item: keeps the answer and renews every list that may show it. */
function useMediaChange<V extends { id: string }>(change: (v: V) => Promise<Media>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    scope: { id: "media" }, // one after the other: each must know the revision of the one before
    onSuccess: (media, { id }) => {
      client.setQueryData(mediaQuery(id).queryKey, media);
      void client.invalidateQueries({ queryKey: ["media", "list"] });
      void client.invalidateQueries({ queryKey: ["queue"] });
    },
  });
}

/** Saves what changed, upon the latest revision that this console knows: each save makes a new one. */
export function usePatchMedia() {
  const client = useQueryClient();
  return useMediaChange(({ id, patch }: { id: string; patch: Omit<MediaPatch, "revision"> }) => {
    const revision = client.getQueryData(mediaQuery(id).queryKey)?.revision ?? 0;
    return http.patch<Media>(`/media/${id}`, { revision, ...patch });
  });
}

/** Places an approved item differently in a shape that it is not approved for. */
export const useRefitMedia = () =>
  useMediaChange(({ id, profile, fit }: { id: string; profile: string; fit: Fit }) =>
    http.put<Media>(`/media/${id}/fits/${profile}`, { mode: fit.mode, x: fit.x, y: fit.y }),
  );

export const useSubmitMedia = () =>
  useMediaChange(({ id, ...body }: { id: string; note: string; declared: boolean }) =>
    http.post<Media>(`/media/${id}/submit`, body),
  );

export interface Verdict {
  id: string;
  step: "review" | "approve";
  decision: "accept" | "return";
  reason?: string;
  renditions: string[];
}

export const useDecide = () =>
  useMediaChange(({ id, step, ...body }: Verdict) => http.post<Media>(`/media/${id}/${step}`, body));

export const useWithdrawMedia = () =>
  useMediaChange(({ id, reason }: { id: string; reason: string }) =>
    http.post<Media>(`/media/${id}/withdraw`, { reason }),
  );

export const useReviseMedia = () => useMediaChange(({ id }: { id: string }) => http.post<Media>(`/media/${id}/revise`));

export function useDeleteMedia() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => http.delete(`/media/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["media", "list"] }),
  });
}

export function useRestoreMedia() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => http.post<Media>(`/media/${id}/restore`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["media"] }),
  });
}

export const uploadResult = (upload: string) => http.get<UploadResult>(`/uploads/${upload}/result`);
