import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import { mediaQuery } from "./media";
import type { Media, Page } from "./types";

export interface Cue {
  from_ms: number;
  until_ms: number;
  lines: string[];
}

/** What subtitles of a media say; number counts from 1, 0 is none. */
export const cuesQuery = (id: string, number: number) =>
  queryOptions({
    queryKey: ["media", "cues", id, number],
    queryFn: ({ signal }) => http.get<Page<Cue>>(`/media/${id}/subtitles/${number}`, {}, signal),
    enabled: number > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });

async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

export function useAddSubtitles(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (file: File) =>
      http.post<Media>(`/media/${id}/subtitles`, { file_name: file.name, data: await base64(file) }),
    onSuccess: (media) => client.setQueryData(mediaQuery(id).queryKey, media),
  });
}
