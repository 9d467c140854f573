import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useRef } from "react";
import { http } from "./http";
import type { MediaFilter } from "./media";
import { mediaQuery } from "./media";
import type { Media, Page, Reason } from "./types";

export interface Folder {
  id: string;
  unit_id: string;
  parent_id: string;
  name: string;
  uses: number;
  may_edit: boolean;
}
export interface MediaOrder {
  ids: string[];
  /** Of each: rises with every change. */
  marks: number[];
  more: boolean;
}
/** What an edit does to each of its media; what is left out stays as it is. */
export interface MediaChange {
  folder_id?: string;
  add_tags?: string[];
  drop_tags?: string[];
  add_themes?: string[];
  drop_themes?: string[];
  languages?: string[];
  valid_from?: string | null;
  valid_until?: string | null;
  rights_basis?: string;
}
export interface MediaOutcome {
  edit_id: string;
  changed: number;
  same: number;
  refused: (Reason & { id: string; title: string })[];
}
export interface MediaEdit {
  id: string;
  at: string;
  changed: number;
  undone: boolean;
  what: ("folder" | "tags" | "themes" | "languages" | "validity" | "rights_basis")[];
}

/** The most that one edit takes. */
export const mostAtOnce = 5000;

/** The places of all that match: the grid's height and what to choose from. */
export const mediaOrderQuery = (filter: MediaFilter) =>
  queryOptions({
    queryKey: ["media", "list", "order", filter],
    queryFn: ({ signal }) => http.get<MediaOrder>("/media/order", { ...filter }, signal),
    placeholderData: keepPreviousData,
  });

const block = 60;
const mostKnown = 3000;
const busy = (m: Media) => m.state === "processing";

/** The media at some places of an order. Those that are on their way are missing. */
export function useMediaAt(ids: string[], from: number, until: number): Map<string, Media> {
  const known = useRef(new Map<string, Media>());
  const first = Math.floor(from / block);
  const count = Math.max(0, Math.ceil(Math.min(until, ids.length) / block) - first);
  useQueries({
    queries: Array.from({ length: count }, (_, i) => {
      const some = ids.slice((first + i) * block, (first + i + 1) * block).join(",");
      return queryOptions({
        queryKey: ["media", "list", "some", some],
        queryFn: ({ signal }) => http.get<Page<Media>>("/media/some", { ids: some }, signal),
        refetchInterval: ({ state }) => (state.data?.items.some(busy) ? 1500 : false),
      });
    }),
    combine: (results) => {
      if (known.current.size > mostKnown) known.current.clear();
      for (const r of results) for (const m of r.data?.items ?? []) known.current.set(m.id, m);
      return results.map((r) => r.dataUpdatedAt).join();
    },
  });
  return known.current;
}

export const foldersQuery = queryOptions({
  queryKey: ["folders"],
  queryFn: async ({ signal }) => (await http.get<Page<Folder>>("/folders", {}, signal)).items,
  staleTime: 60_000,
});

export const tagsQuery = queryOptions({
  queryKey: ["tags"],
  queryFn: async ({ signal }) => (await http.get<Page<{ tag: string; uses: number }>>("/tags", {}, signal)).items,
  staleTime: 60_000,
});

export const mediaEditsQuery = queryOptions({
  queryKey: ["media", "edits"],
  queryFn: async ({ signal }) => (await http.get<Page<MediaEdit>>("/media/edits", {}, signal)).items,
});

function useFoldersAct<V>(act: (value: V) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => client.invalidateQueries({ queryKey: ["folders"] }) });
}
export const useAddFolder = () =>
  useFoldersAct((v: { unit_id: string; parent_id: string; name: string }) => http.post<{ id: string }>("/folders", v));
export const useChangeFolder = () =>
  useFoldersAct(({ id, ...change }: { id: string; parent_id?: string; name?: string }) =>
    http.patch<void>(`/folders/${id}`, change),
  );
export const useDeleteFolder = () => useFoldersAct((id: string) => http.delete(`/folders/${id}`));

function useManyAct<V>(act: (value: V) => Promise<MediaOutcome>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    scope: { id: "media" },
    onSettled: async () => {
      for (const key of ["themes", "folders", "tags"]) void client.invalidateQueries({ queryKey: [key] });
      void client.invalidateQueries({ queryKey: ["queue"] });
      await client.invalidateQueries({ queryKey: ["media"] });
    },
  });
}

/** Changes many media; marks are what the person saw of them. */
export const useEditMany = () =>
  useManyAct((v: { ids: string[]; marks: number[]; change: MediaChange }) =>
    http.post<MediaOutcome>("/media/edits", v),
  );

export const useUndoEdit = () => useManyAct((id: string) => http.post<MediaOutcome>(`/media/edits/${id}/undo`));

/** Changes how one media is arranged, upon the latest that this console knows. */
export function useArrange(id: string) {
  const client = useQueryClient();
  const many = useEditMany();
  const mark = useQuery({ ...mediaQuery(id), select: (m) => m.mark }).data;
  return {
    ...many,
    arrange: (change: MediaChange) =>
      many.mutateAsync({
        ids: [id],
        marks: [client.getQueryData(mediaQuery(id).queryKey)?.mark ?? mark ?? -1],
        change,
      }),
  };
}
