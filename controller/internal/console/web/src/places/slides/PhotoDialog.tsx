import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaListQuery } from "@/api/media";
import { isSlide } from "@/api/slides";
import { MediaMark } from "@/ui/MediaMark";
import { MoreButton } from "@/ui/MoreButton";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Slides.module.css";

interface Props {
  onChoose: (media: string) => void;
  onClose: () => void;
}

/** The pictures of the library, found by words with or without their marks. */
export function PhotoDialog({ onChoose, onClose }: Props) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const [wanted] = useDebouncedValue(q, 250);
  const list = useInfiniteQuery(mediaListQuery({ q: wanted || undefined, kind: "image" }));
  const items = (list.data?.pages.flatMap((p) => p.items) ?? []).filter(
    (m) => !isSlide(m) && m.thumbnail_url !== "" && m.state !== "withdrawn" && m.state !== "failed",
  );
  return (
    <Modal
      opened
      size="xl"
      onClose={onClose}
      title={t("slides.photo_choose")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <TextInput
        type="search"
        data-autofocus
        aria-label={t("content.search")}
        placeholder={t("content.search")}
        leftSection={<IconSearch size={16} />}
        value={q}
        onChange={(e) => setQ(e.currentTarget.value)}
      />
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      <ul className={classes.photos}>
        {items.map((m) => (
          <li key={m.id}>
            <button type="button" onClick={() => onChoose(m.id)}>
              <img className={classes.thumb} src={m.thumbnail_url} alt="" loading="lazy" />
              <span>{m.title}</span>
              <MediaMark state={m.state} plain />
            </button>
          </li>
        ))}
      </ul>
      {list.data && items.length === 0 && <p>{t("slides.photo_none")}</p>}
      <MoreButton list={list} />
    </Modal>
  );
}
