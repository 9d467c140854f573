import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  type DragStartEvent,
  KeyboardSensor,
  PointerSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { rectSortingStrategy, SortableContext, sortableKeyboardCoordinates } from "@dnd-kit/sortable";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import classes from "./Editor.module.css";
import { type Draft, move } from "./editing";

interface Props {
  draft: Draft;
  apply: (next: (now: Draft) => Draft) => void;
  onAdd: (media: Media, at: number) => void;
  children: ReactNode;
}

/** Dragging: items within the timeline, and media out of the library into it; by pointer, finger or keys. */
export function Sorting({ draft, apply, onAdd, children }: Props) {
  const { t } = useTranslation();
  const [picture, setPicture] = useState("");
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 5 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 200, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const ids = draft.items.map((i) => i.id);
  const mediaOf = (data: unknown) => (data as { media?: Media } | undefined)?.media;
  const start = ({ active }: DragStartEvent) => {
    const item = draft.items.find((i) => i.id === active.id);
    setPicture(mediaOf(active.data.current)?.thumbnail_url ?? item?.media.thumbnail_url ?? "");
  };
  const end = ({ active, over }: DragEndEvent) => {
    setPicture("");
    if (!over) return;
    const to = ids.indexOf(String(over.id));
    const media = mediaOf(active.data.current);
    if (media) onAdd(media, to < 0 ? ids.length : to);
    else if (to >= 0) apply((now) => move(now, ids.indexOf(String(active.id)), to));
  };
  const at = (id: string | number | undefined) => ids.indexOf(String(id)) + 1;
  const announcements = {
    onDragStart: () => t("playlist.lifted"),
    onDragOver: ({ over }: { over: { id: string | number } | null }) =>
      over ? t("playlist.over", { n: at(over.id) }) : "",
    onDragEnd: ({ over }: { over: { id: string | number } | null }) =>
      over ? t("playlist.dropped", { n: at(over.id) }) : "",
    onDragCancel: () => t("playlist.drag_cancelled"),
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragStart={start}
      onDragEnd={end}
      onDragCancel={() => setPicture("")}
      accessibility={{ announcements, screenReaderInstructions: { draggable: t("playlist.drag_help") } }}
    >
      <SortableContext items={ids} strategy={rectSortingStrategy}>
        {children}
      </SortableContext>
      <DragOverlay dropAnimation={null}>
        {picture && <img className={classes.dragged} src={picture} alt="" />}
      </DragOverlay>
    </DndContext>
  );
}
