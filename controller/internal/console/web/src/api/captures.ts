import { infiniteQueryOptions } from "@tanstack/react-query";
import { http } from "./http";
import type { Captures } from "./types";

const page = 24;

/** What is kept of a screen's glass, evidence page by page. */
export const capturesQuery = (screen: string) =>
  infiniteQueryOptions({
    queryKey: ["captures", screen],
    queryFn: ({ pageParam, signal }) =>
      http.get<Captures>(`/screens/${screen}/captures`, { cursor: pageParam, limit: page }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    staleTime: 20_000,
  });
