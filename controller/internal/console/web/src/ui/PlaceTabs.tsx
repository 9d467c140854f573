import { type ReactNode, useEffect, useRef } from "react";
import classes from "./PlaceTabs.module.css";

/** The pages of one place as tabs. Where they do not all fit, the present one is brought into sight. */
export function PlaceTabs({ label, here, children }: { label: string; here: string; children: ReactNode }) {
  const strip = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another place to scroll to
  useEffect(() => {
    strip.current?.querySelector("[data-here]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [here]);
  return (
    <nav ref={strip} className={classes.tabs} aria-label={label}>
      {children}
    </nav>
  );
}
