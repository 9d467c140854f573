import { useDroppable } from "@dnd-kit/core";
import { Button } from "@mantine/core";
import { IconMovie, IconPhotoPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/Empty";
import classes from "./Editor.module.css";
import { change, type Draft, move } from "./editing";
import { Ruler } from "./Ruler";
import { TimelineItem } from "./TimelineItem";

interface Props {
  draft: Draft;
  apply: (next: (now: Draft) => Draft) => void;
  /** The item that the preview shows. */
  current: number;
  onRemove: (id: string) => void;
  onSelect: (index: number) => void;
  onOpenLibrary: () => void;
}

/** The items in their order, as a strip of pictures that wraps. */
export function Timeline({ draft, apply, current, onRemove, onSelect, onOpenLibrary }: Props) {
  const { t } = useTranslation();
  const { setNodeRef, isOver } = useDroppable({ id: "timeline" });
  return (
    <section
      className={classes.timeline}
      ref={setNodeRef}
      data-over={isOver || undefined}
      aria-label={t("playlist.timeline")}
    >
      {draft.items.length === 0 ? (
        <Empty
          icon={IconMovie}
          title={t("playlist.empty")}
          hint={t("playlist.empty_hint")}
          action={
            <Button variant="default" leftSection={<IconPhotoPlus size={18} />} onClick={onOpenLibrary}>
              {t("playlist.library_open")}
            </Button>
          }
        />
      ) : (
        <>
          <Ruler items={draft.items} current={current} onSelect={onSelect} />
          <ol className={classes.items}>
            {draft.items.map((item, index) => (
              <TimelineItem
                key={item.id}
                item={item}
                index={index}
                current={index === current}
                onSelect={() => onSelect(index)}
                onChange={(patch) => apply((now) => change(now, item.id, patch))}
                onMove={(by) => apply((now) => move(now, index, index + by))}
                onRemove={() => onRemove(item.id)}
              />
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
