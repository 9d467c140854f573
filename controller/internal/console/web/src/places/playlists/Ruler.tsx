import type { PlaylistItem } from "@/api/types";
import { duration } from "@/time/format";
import classes from "./Editor.module.css";

interface Props {
  items: PlaylistItem[];
  current: number;
  onSelect: (index: number) => void;
}

/** Each item as wide as it is long. */
export function Ruler({ items, current, onSelect }: Props) {
  return (
    <div className={classes.ruler} aria-hidden="true">
      {items.map((item, index) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: a second way for the pointer; the items below are buttons
        // biome-ignore lint/a11y/useKeyWithClickEvents: as above
        <span
          key={item.id}
          data-current={index === current || undefined}
          style={{ flexGrow: item.duration_ms }}
          title={`${item.media.title} · ${duration(item.duration_ms)}`}
          onClick={() => onSelect(index)}
        />
      ))}
    </div>
  );
}
