import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
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
  if (!data) return 0;
  const { review, approve, review_again, approve_again, review_more, approve_more } = data;
  return [review, approve, review_again, approve_again, review_more, approve_more].reduce((n, l) => n + l.length, 0);
}

/** Accepts renditions that were added to approved media, without a charter: all of them or none. */
export function useAcceptMore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { act: "review" | "approve"; items: { media_id: string; seen: string[] }[] }) =>
      http.post("/supplements/accept", body),
    onSettled: () => {
      for (const key of ["queue", "media", "profiles"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });
}
