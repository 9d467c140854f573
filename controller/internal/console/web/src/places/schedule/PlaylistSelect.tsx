import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { playlistsQuery } from "@/api/playlists";
import { duration } from "@/time/format";
import classes from "./Entry.module.css";

interface Props {
  value: string;
  title: string;
  onChange: (id: string, title: string) => void;
}

/** Chooses a playlist; the server searches, so that any number of them is fine. */
export function PlaylistSelect({ value, title, onChange }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed === title ? "" : typed, 200);
  const list = useInfiniteQuery(playlistsQuery(q));
  const found = list.data?.pages.flatMap((p) => p.items) ?? [];
  const data = found.map((p) => ({ value: p.id, label: p.title }));
  if (value && !data.some((d) => d.value === value)) data.unshift({ value, label: title });
  const chosen = found.find((p) => p.id === value);
  return (
    <>
      <Select
        aria-label={t("place.playlists")}
        placeholder={t("schedule.choose_playlist")}
        searchable
        filter={({ options }) => options}
        nothingFoundMessage={t("content.no_match")}
        data={data}
        value={value || null}
        searchValue={typed}
        onSearchChange={setTyped}
        onChange={(id, option) => id && option && onChange(id, option.label)}
        maw={480}
      />
      {chosen && (
        <div className={classes.chosen}>
          {chosen.items.slice(0, 3).map((i) => (
            <img key={i.id} src={i.media.thumbnail_url} alt="" />
          ))}
          <span>
            {t("playlist.items", { count: chosen.items.length })} · {duration(chosen.total_ms)}
          </span>
        </div>
      )}
    </>
  );
}
