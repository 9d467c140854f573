import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Entry, EntryBody, Page, Preview, Slate, Week } from "./types";

export const entriesQuery = queryOptions({
  queryKey: ["schedule", "entries"],
  queryFn: async ({ signal }) => {
    const entries: Entry[] = [];
    let cursor = "";
    do {
      const page = await http.get<Page<Entry>>("/schedule/entries", { cursor, limit: 200 }, signal);
      entries.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return entries;
  },
});

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: ["schedule", "entry", id],
    queryFn: ({ signal }) => http.get<Entry>(`/schedule/entries/${id}`, {}, signal),
  });

export const weekQuery = (start: string, lens: { cluster?: string | undefined; screen?: string | undefined }) =>
  queryOptions({
    queryKey: ["schedule", "week", start, lens],
    queryFn: ({ signal }) => http.get<Week>("/schedule/week", { start, ...lens }, signal),
    placeholderData: (previous) => previous,
  });

export const previewQuery = (screen: string, at: string, source: "draft" | "published") =>
  queryOptions({
    queryKey: ["schedule", "preview", screen, at, source],
    queryFn: ({ signal }) => http.get<Preview>("/preview", { screen, at, source }, signal),
    placeholderData: (previous) => previous,
    enabled: screen !== "",
  });

export const slateQuery = (profile: string) =>
  queryOptions({
    queryKey: ["schedule", "slate", profile],
    queryFn: ({ signal }) => http.get<Slate>(`/slates/${profile}`, {}, signal),
  });

/** A change of the schedule renews what is computed from it. */
function useScheduleChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["schedule"] });
      void client.invalidateQueries({ queryKey: ["publish"] });
    },
  });
}

export const useAddEntry = () => useScheduleChange((body: EntryBody) => http.post<Entry>("/schedule/entries", body));
export const usePutEntry = (id: string) =>
  useScheduleChange((body: EntryBody & { version: number }) => http.put<Entry>(`/schedule/entries/${id}`, body));
export const useDeleteEntry = () => useScheduleChange((id: string) => http.delete(`/schedule/entries/${id}`));
export const usePutSlate = (profile: string) =>
  useScheduleChange((media_id: string) => http.put<Slate>(`/slates/${profile}`, { media_id }));
