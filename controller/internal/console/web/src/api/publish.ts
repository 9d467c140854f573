import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Page, Publication, PublishPreview } from "./types";

export const publishPreviewQuery = queryOptions({
  queryKey: ["publish", "preview"],
  queryFn: ({ signal }) => http.get<PublishPreview>("/publish/preview", {}, signal),
  staleTime: 0,
});

const arrived = (p: Publication) => p.screens.every((s) => s.stage === "shown");

export const publicationQuery = (id: string) =>
  queryOptions({
    queryKey: ["publish", "one", id],
    queryFn: ({ signal }) => http.get<Publication>(`/publications/${id}`, {}, signal),
    refetchInterval: ({ state }) => (state.data && arrived(state.data) ? false : 1000),
  });

export const publicationsQuery = infiniteQueryOptions({
  queryKey: ["publish", "list"],
  queryFn: ({ pageParam, signal }) =>
    http.get<Page<Publication>>("/publications", { cursor: pageParam, limit: 30 }, signal),
  initialPageParam: "",
  getNextPageParam: (last) => last.next_cursor || undefined,
});

/** The only act that changes a screen. */
export function usePublish() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (note: string) => http.post<Publication>("/publish", { note }),
    onSuccess: (publication) => {
      client.setQueryData(publicationQuery(publication.id).queryKey, publication);
      for (const key of ["publish", "playlists", "schedule", "watch"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
    },
  });
}
