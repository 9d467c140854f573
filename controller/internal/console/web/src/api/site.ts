import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Site } from "./types";

export const siteQuery = (cluster: string) =>
  queryOptions({
    queryKey: ["site", cluster],
    queryFn: ({ signal }) => http.get<Site>(`/clusters/${cluster}/site`, {}, signal),
    staleTime: 10_000,
  });

/** Another PIN for the page of a site; the answer is the only time it is seen. */
export function useRenewSitePIN(cluster: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => http.post<{ pin: string }>(`/clusters/${cluster}/site-pin`),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["site", cluster] }),
  });
}
