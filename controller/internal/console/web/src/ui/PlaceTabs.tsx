import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import classes from "./PlaceTabs.module.css";

/** The pages of one place as tabs. Where they do not all fit, the present one is brought into sight, and an edge behind which there are more fades. */
export function PlaceTabs({ label, here, children }: { label: string; here: string; children: ReactNode }) {
  const strip = useRef<HTMLElement>(null);
  const [more, setMore] = useState("");
  const look = useCallback(() => {
    const e = strip.current;
    if (!e) return;
    const before = e.scrollLeft > 4;
    const after = e.scrollLeft + e.clientWidth < e.scrollWidth - 4;
    setMore(before && after ? "both" : before ? "before" : after ? "after" : "");
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another place to scroll to
  useEffect(() => {
    strip.current?.querySelector("[data-here]")?.scrollIntoView({ inline: "center", block: "nearest" });
    look();
  }, [here, look]);
  useEffect(() => {
    const e = strip.current;
    if (!e) return;
    const watcher = new ResizeObserver(look);
    watcher.observe(e);
    for (const tab of e.children) watcher.observe(tab); // words of another language are wider
    return () => watcher.disconnect();
  }, [look]);
  return (
    <nav ref={strip} className={classes.tabs} data-more={more || undefined} aria-label={label} onScroll={look}>
      {children}
    </nav>
  );
}
