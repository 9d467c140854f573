import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Page, Playlist, PlaylistPut, PlaylistVersion } from "./types";

export const playlistsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["playlists", "list", q],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<Playlist>>("/playlists", { q, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: (previous) => previous,
  });

export const playlistQuery = (id: string) =>
  queryOptions({
    queryKey: ["playlists", "one", id],
    queryFn: ({ signal }) => http.get<Playlist>(`/playlists/${id}`, {}, signal),
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["playlists", "versions", id],
    queryFn: async ({ signal }) =>
      (await http.get<Page<PlaylistVersion>>(`/playlists/${id}/versions`, { limit: 100 }, signal)).items,
  });

export function useAddPlaylist() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (title: string) => http.post<Playlist>("/playlists", { title }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["playlists", "list"] }),
  });
}

export function usePutPlaylist(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PlaylistPut) => http.put<Playlist>(`/playlists/${id}`, body),
    onSuccess: (playlist) => {
      client.setQueryData(playlistQuery(id).queryKey, playlist);
      void client.invalidateQueries({ queryKey: ["playlists", "list"] });
      void client.invalidateQueries({ queryKey: ["playlists", "versions", id] });
      void client.invalidateQueries({ queryKey: ["publish"] });
    },
  });
}

export function useDeletePlaylist() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => http.delete(`/playlists/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ["playlists", "list"] }),
  });
}

export function useRestoreVersion(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: number) => http.post<Playlist>(`/playlists/${id}/restore`, { version }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["playlists"] }),
  });
}
