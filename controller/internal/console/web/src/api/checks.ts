import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Media, Named, Page } from "./types";

/** Something to look at twice before one decides. */
export interface Notice {
  kind: "low_resolution" | "watch_word" | "near_duplicate" | "rejected" | "map_islands";
  word: string;
  /** As somebody wrote it; empty of a built-in word. */
  note: string;
  /** Names our own words about a built-in one: checks.note_… */
  hint: string;
  media_id: string;
  title: string;
  state: Media["state"];
}
export interface WatchWord {
  text: string;
  note: string;
  hint: string;
  built_in: boolean;
  by: Named;
}

/** Asked anew with each revision: it is about the words and the picture as they are. */
export const noticesQuery = (media: Pick<Media, "id" | "revision" | "state">) =>
  queryOptions({
    queryKey: ["checks", media.id, media.revision, media.state === "processing"],
    queryFn: async ({ signal }) => (await http.get<Page<Notice>>(`/media/${media.id}/checks`, {}, signal)).items,
  });

export const wordsQuery = queryOptions({
  queryKey: ["checks", "words"],
  queryFn: async ({ signal }) => (await http.get<Page<WatchWord>>("/watch-words", {}, signal)).items,
});

function useWordsAct<V>(act: (value: V) => Promise<void>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => client.invalidateQueries({ queryKey: ["checks"] }) });
}
export const useAddWord = () => useWordsAct((v: { text: string; note: string }) => http.put<void>("/watch-words", v));
export const useDropWord = () => useWordsAct((text: string) => http.post<void>("/watch-words/drop", { text }));
