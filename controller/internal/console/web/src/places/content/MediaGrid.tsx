import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Media } from "@/api/types";
import classes from "./Content.module.css";
import { MediaCard } from "./MediaCard";

const leastWidth = 176;
const gap = 12;
const textHeight = 50;

interface Props {
  items: Media[];
  /** Fetches the next page; absent when there is none or it is on its way. */
  more?: (() => void) | undefined;
}

/** Pictures in rows; only the rows near the window exist, however long the list. */
export function MediaGrid({ items, more }: Props) {
  const box = useRef<HTMLUListElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const columns = Math.max(2, Math.floor((width + gap) / (leastWidth + gap)));
  const cell = (width - gap * (columns - 1)) / columns;
  const height = Math.round((cell * 9) / 16 + textHeight);
  const rows = useWindowVirtualizer({
    count: Math.ceil(items.length / columns),
    estimateSize: () => height + gap,
    overscan: 4,
    scrollMargin: box.current?.offsetTop ?? 0,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are asked for again when the height changes
  useEffect(() => rows.measure(), [height]);
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && (last + 3) * columns >= items.length) more();
  }, [more, last, columns, items.length]);
  return (
    <ul ref={box} className={classes.grid} style={{ height: rows.getTotalSize() }}>
      {width > 0 &&
        visible.flatMap((row) =>
          items.slice(row.index * columns, (row.index + 1) * columns).map((item, column) => (
            <li
              key={item.id}
              style={{
                position: "absolute",
                width: cell,
                height,
                transform: `translate(${column * (cell + gap)}px, ${row.start - rows.options.scrollMargin}px)`,
              }}
            >
              <MediaCard item={item} />
            </li>
          )),
        )}
    </ul>
  );
}
