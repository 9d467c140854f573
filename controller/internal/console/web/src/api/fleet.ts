import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Cluster, Page, Screen } from "./types";

const all = 200;

export const clustersQuery = queryOptions({
  queryKey: ["clusters"],
  queryFn: async ({ signal }) => (await http.get<Page<Cluster>>("/clusters", { limit: all }, signal)).items,
  staleTime: 60_000,
});

export const screensQuery = queryOptions({
  queryKey: ["screens"],
  queryFn: async ({ signal }) => {
    const screens: Screen[] = [];
    let cursor = "";
    do {
      const page = await http.get<Page<Screen>>("/screens", { limit: all, cursor }, signal);
      screens.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return screens;
  },
  staleTime: 30_000,
});

/** A change in the fleet renews what shows screens and clusters. */
function useFleetChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const key of ["clusters", "screens", "watch"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

export interface Claim {
  code: string;
  name: string;
  cluster_id: string;
  profile: string;
  tags: string[];
}
export const useClaimScreen = () => useFleetChange((body: Claim) => http.post<Screen>("/screens/claim", body));
export const usePatchScreen = () =>
  useFleetChange(({ id, ...body }: { id: string } & Partial<Omit<Claim, "code">>) =>
    http.patch<Screen>(`/screens/${id}`, body),
  );
export const useRemoveScreen = () => useFleetChange((id: string) => http.delete(`/screens/${id}`));
export const useAddCluster = () =>
  useFleetChange((body: { name: string; unit_id: string; place: string }) => http.post<Cluster>("/clusters", body));
export const usePatchCluster = () =>
  useFleetChange(({ id, ...body }: { id: string; name?: string; unit_id?: string; from?: string }) =>
    http.patch<Cluster>(`/clusters/${id}`, body),
  );
