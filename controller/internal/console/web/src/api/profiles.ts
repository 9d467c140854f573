import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Page, ProfileId } from "./types";

/** A screen shape, and how far the library is for it. */
export interface Profile {
  profile: ProfileId;
  name: string;
  width: number;
  height: number;
  built_in: boolean;
  always: boolean;
  chosen: boolean;
  screens: number;
  wanted: boolean;
  progress: { of: number; rendered: number; failed: number; undecided: number };
}
/** What is rendered in the background now, and what could not be. */
export interface Rendering {
  waiting: number;
  running: { media_id: string; title: string; profile: ProfileId; progress: number } | null;
  failed: { media_id: string; title: string; reason: string; params: Record<string, unknown> }[];
}

export const profilesQuery = queryOptions({
  queryKey: ["profiles"],
  queryFn: async ({ signal }) => (await http.get<Page<Profile>>("/profiles", {}, signal)).items,
  staleTime: 10_000,
});
export const renderingQuery = queryOptions({
  queryKey: ["profiles", "rendering"],
  queryFn: ({ signal }) => http.get<Rendering>("/rendering", {}, signal),
  refetchInterval: 3000,
});

function useProfileChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => void client.invalidateQueries({ queryKey: ["profiles"] }),
  });
}

export const useDescribeProfile = () =>
  useProfileChange((body: { name: string; width: number; height: number }) => http.post<Profile>("/profiles", body));
export const usePatchProfile = () =>
  useProfileChange(({ profile, ...body }: { profile: ProfileId; name?: string; chosen?: boolean }) =>
    http.patch<Profile>(`/profiles/${profile}`, body),
  );
export const useDropProfile = () => useProfileChange((profile: ProfileId) => http.delete(`/profiles/${profile}`));
export const useRetryRendering = () => useProfileChange(() => http.post("/rendering/retry", {}));
