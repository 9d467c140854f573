import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useMediaAt } from "@/api/library";
import classes from "./Content.module.css";
import { keyTarget } from "./gridKeys";
import { MediaCard } from "./MediaCard";
import type { Selection } from "./useSelection";

const leastWidth = 176;
const gap = 12;
const textHeight = 50;

interface Props {
  ids: string[];
  /** Absent for those who cannot change anything. */
  selection?: Selection | undefined;
  label: string;
}

/** Pictures in rows, at their places from the start; only those near the window exist and are asked for. */
export function MediaGrid({ ids, selection, label }: Props) {
  const box = useRef<HTMLUListElement>(null);
  const [width, setWidth] = useState(0);
  const [active, setActive] = useState(0);
  const follow = useRef(false); // the focus goes where the keys lead
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
    count: Math.ceil(ids.length / columns),
    estimateSize: () => height + gap,
    overscan: 3,
    useFlushSync: false, // scrolling does not wait for the rows
    scrollMargin: box.current?.offsetTop ?? 0,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are asked for again when the height changes
  useEffect(() => rows.measure(), [height]);
  const visible = rows.getVirtualItems();
  const from = (visible[0]?.index ?? 0) * columns;
  const until = Math.min(ids.length, ((visible.at(-1)?.index ?? -1) + 1) * columns);
  const media = useMediaAt(ids, from, until);
  const at = Math.min(active, Math.max(0, ids.length - 1));
  const inWindow = at >= from && at < until;

  useEffect(() => {
    if (!follow.current || !inWindow) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-index="${at}"] a`);
    if (!link) return;
    follow.current = false;
    link.focus({ preventScroll: true });
  });

  const keys = (event: KeyboardEvent) => {
    if (event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a" && selection) {
      event.preventDefault();
      selection.all();
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && selection && selection.chosen.size > 0) {
      event.preventDefault();
      selection.clear();
      return;
    }
    if (event.key === " " && selection && !(event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      selection.toggle(at);
      return;
    }
    const onPage = Math.max(1, Math.floor(window.innerHeight / (height + gap)) - 1);
    const to = keyTarget(event.key, at, columns, onPage, ids.length);
    if (to === undefined) return;
    event.preventDefault();
    if (event.shiftKey && selection) {
      if (selection.chosen.size === 0) selection.toggle(at);
      selection.extend(to);
    }
    follow.current = true;
    setActive(to);
    rows.scrollToIndex(Math.floor(to / columns), { align: "auto" });
  };
  const choose = useCallback(
    (index: number, range: boolean) => {
      if (!selection) return;
      if (range) selection.extend(index);
      else selection.toggle(index);
    },
    [selection],
  );
  return (
    <ul
      ref={box}
      className={classes.grid}
      style={{ height: rows.getTotalSize() }}
      aria-label={label}
      onKeyDown={keys}
      data-choosing={(selection && selection.chosen.size > 0) || undefined}
    >
      {width > 0 &&
        visible.flatMap((row) =>
          ids.slice(row.index * columns, (row.index + 1) * columns).map((id, column) => {
            const index = row.index * columns + column;
            return (
              <li
                key={id}
                data-index={index}
                aria-setsize={ids.length}
                aria-posinset={index + 1}
                onFocus={() => setActive(index)}
                style={{
                  position: "absolute",
                  width: cell,
                  height,
                  transform: `translate(${column * (cell + gap)}px, ${row.start - rows.options.scrollMargin}px)`,
                }}
              >
                <MediaCard
                  id={id}
                  index={index}
                  item={media.get(id)}
                  tabbable={inWindow ? index === at : index === from}
                  chosen={selection?.chosen.has(id) ?? false}
                  choosing={(selection?.chosen.size ?? 0) > 0}
                  choose={selection && choose}
                />
              </li>
            );
          }),
        )}
    </ul>
  );
}
