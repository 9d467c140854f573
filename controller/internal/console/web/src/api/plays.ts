import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import type { Page, Play, Touches } from "./types";

export interface PlayFilter {
  from?: string | undefined;
  until?: string | undefined;
  screen?: string | undefined;
  media?: string | undefined;
}

export const playsQuery = (filter: PlayFilter, limit: number) =>
  infiniteQueryOptions({
    queryKey: ["plays", filter, limit],
    queryFn: ({ pageParam, signal }) => http.get<Page<Play>>("/plays", { ...filter, cursor: pageParam, limit }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: (previous) => previous,
  });

export const touchesQuery = (filter: PlayFilter) =>
  queryOptions({
    queryKey: ["touches", filter],
    queryFn: async ({ signal }) => (await http.get<Page<Touches>>("/touches", { ...filter }, signal)).items,
    placeholderData: (previous) => previous,
  });
