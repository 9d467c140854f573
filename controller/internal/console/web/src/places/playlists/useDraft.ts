import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { playlistQuery, usePutPlaylist } from "@/api/playlists";
import type { Playlist } from "@/api/types";
import { useAutosave } from "@/ui/useAutosave";
import { type Draft, draftOf, toPut } from "./editing";

/** The playlist under the editor's hands: changes show at once and save themselves. */
export function useDraft(playlist: Playlist) {
  const client = useQueryClient();
  const put = usePutPlaylist(playlist.id);
  const [draft, setDraft] = useState(() => draftOf(playlist));
  const latest = useRef(draft);
  const base = useRef(playlist.version);
  const saving = useAutosave(async (value: Draft) => {
    const saved = await put.mutateAsync(toPut(value, base.current));
    base.current = saved.version;
    // Nothing changed meanwhile: take the ids that the server gave to new items.
    if (latest.current === value) {
      latest.current = draftOf(saved);
      setDraft(latest.current);
    }
  });
  const { change } = saving;
  const apply = useCallback(
    (next: Draft | ((now: Draft) => Draft)) => {
      const value = typeof next === "function" ? next(latest.current) : next;
      if (value === latest.current) return;
      latest.current = value;
      setDraft(value);
      if (value.title.trim() !== "") change(value);
    },
    [change],
  );
  /** Drops what is here for what the server has. */
  const reload = useCallback(async () => {
    const fresh = await client.fetchQuery({ ...playlistQuery(playlist.id), staleTime: 0 });
    base.current = fresh.version;
    latest.current = draftOf(fresh);
    setDraft(latest.current);
  }, [client, playlist.id]);
  return { draft, apply, reload, saving };
}
