import { useDraggable } from "@dnd-kit/core";
import { ActionIcon, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch, IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaListQuery } from "@/api/media";
import type { Media } from "@/api/types";
import { duration } from "@/time/format";
import { MoreButton } from "@/ui/MoreButton";
import classes from "./Editor.module.css";

interface Props {
  onAdd: (media: Media) => void;
  onClose: () => void;
}

/** Approved media to drag into the timeline, or to add with the plus. */
export function Library({ onAdd, onClose }: Props) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const [wanted] = useDebouncedValue(q, 250);
  const list = useInfiniteQuery(mediaListQuery({ q: wanted || undefined, state: "approved" }));
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <aside className={classes.library} aria-label={t("playlist.library")}>
      <header>
        <TextInput
          type="search"
          size="xs"
          aria-label={t("content.search")}
          placeholder={t("playlist.library_search")}
          leftSection={<IconSearch size={16} />}
          value={q}
          onChange={(e) => setQ(e.currentTarget.value)}
        />
        <ActionIcon aria-label={t("playlist.library_close")} onClick={onClose}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      <ul>
        {items.map((m) => (
          <LibraryItem key={m.id} media={m} onAdd={() => onAdd(m)} />
        ))}
      </ul>
      {list.data && items.length === 0 && <p>{t("playlist.library_empty")}</p>}
      <MoreButton list={list} />
    </aside>
  );
}

function LibraryItem({ media, onAdd }: { media: Media; onAdd: () => void }) {
  const { t } = useTranslation();
  const { setNodeRef, listeners } = useDraggable({ id: `library-${media.id}`, data: { media } });
  return (
    <li ref={setNodeRef} className={classes.stock} {...listeners}>
      <div className={classes.stockPicture}>
        <img src={media.thumbnail_url} alt="" loading="lazy" draggable={false} />
        {media.source.duration_ms > 0 && <span>{duration(media.source.duration_ms)}</span>}
        <ActionIcon
          variant="filled"
          color="dark"
          size={32}
          aria-label={t("playlist.add", { title: media.title })}
          onPointerDown={(e) => e.stopPropagation()}
          onKeyDown={(e) => e.stopPropagation()}
          onClick={onAdd}
        >
          <IconPlus size={18} />
        </ActionIcon>
      </div>
      <span className={classes.name}>{media.title}</span>
    </li>
  );
}
