import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCut, IconTransitionRight, IconX } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import type { PlaylistItem } from "@/api/types";
import { DurationField } from "./DurationField";
import classes from "./Editor.module.css";
import { itemProblem } from "./itemProblem";

interface Props {
  item: PlaylistItem;
  index: number;
  current: boolean;
  onSelect: () => void;
  onChange: (patch: Partial<Pick<PlaylistItem, "duration_ms" | "transition">>) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

const modifiers = (e: KeyboardEvent) => e.altKey || e.ctrlKey || e.metaKey;

export function TimelineItem({ item, index, current, onSelect, onChange, onMove, onRemove }: Props) {
  const { t } = useTranslation();
  const sortable = useSortable({ id: item.id });
  const problem = itemProblem(item, new Date());
  const keys = (e: KeyboardEvent) => {
    if (modifiers(e) && (e.key === "ArrowLeft" || e.key === "ArrowRight")) {
      e.preventDefault();
      onMove(e.key === "ArrowLeft" ? -1 : 1);
    } else if (e.key === "Delete" || e.key === "Backspace") onRemove();
    else if (e.key === "Enter") onSelect();
    else sortable.listeners?.onKeyDown?.(e);
  };
  const fade = item.transition === "fade";
  return (
    <li
      ref={sortable.setNodeRef}
      className={classes.item}
      data-current={current || undefined}
      data-lifted={sortable.isDragging || undefined}
      style={{ transform: CSS.Translate.toString(sortable.transform), transition: sortable.transition }}
    >
      <button
        type="button"
        className={classes.picture}
        ref={sortable.setActivatorNodeRef}
        {...sortable.attributes}
        {...sortable.listeners}
        onKeyDown={keys}
        onClick={onSelect}
        aria-label={[
          t("playlist.item_label", { n: index + 1, title: item.media.title }),
          problem && t(`playlist.problem_short_${problem}`),
        ]
          .filter(Boolean)
          .join(", ")}
        aria-current={current}
      >
        <img src={item.media.thumbnail_url} alt="" draggable={false} />
        <span className={classes.number}>{index + 1}</span>
        {problem && (
          <Tooltip label={t(`playlist.problem_${problem}`)}>
            <span className={classes.problem}>
              <IconAlertTriangle size={14} aria-hidden="true" />
              {t(`playlist.problem_short_${problem}`)}
            </span>
          </Tooltip>
        )}
      </button>
      <span className={classes.name} title={item.media.title}>
        {item.media.title}
      </span>
      <div className={classes.controls}>
        <DurationField
          value={item.duration_ms}
          label={t("playlist.duration_of", { title: item.media.title })}
          onChange={(duration_ms) => onChange({ duration_ms })}
        />
        <Tooltip label={t(fade ? "playlist.fade" : "playlist.cut")}>
          <ActionIcon
            size={28}
            aria-label={t(fade ? "playlist.fade" : "playlist.cut")}
            onClick={() => onChange({ transition: fade ? "cut" : "fade" })}
          >
            {fade ? <IconTransitionRight size={17} stroke={1.7} /> : <IconCut size={17} stroke={1.7} />}
          </ActionIcon>
        </Tooltip>
        <ActionIcon size={28} aria-label={t("playlist.remove", { title: item.media.title })} onClick={onRemove}>
          <IconX size={17} stroke={1.7} />
        </ActionIcon>
      </div>
    </li>
  );
}
