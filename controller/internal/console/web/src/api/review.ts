import { queryOptions, useQuery } from "@tanstack/react-query";
import { http } from "./http";
import type { Queue } from "./types";

export const queueQuery = queryOptions({
  queryKey: ["queue"],
  queryFn: ({ signal }) => http.get<Queue>("/queue", {}, signal),
  refetchInterval: 20_000,
});

/** How many items wait for this person's decision. */
export function useQueueCount(enabled: boolean): number {
  const { data } = useQuery({ ...queueQuery, enabled });
  return data ? data.review.length + data.approve.length + data.review_again.length + data.approve_again.length : 0;
}
