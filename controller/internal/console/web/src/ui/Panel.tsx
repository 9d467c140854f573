import type { ReactNode } from "react";
import classes from "./Panel.module.css";

interface Props {
  title?: string;
  aside?: ReactNode;
  children: ReactNode;
  /** No padding: for lists that reach the edge. */
  flush?: boolean;
}

/** A white sheet with a heading. */
export function Panel({ title, aside, children, flush = false }: Props) {
  return (
    <section className={classes.panel} data-flush={flush || undefined}>
      {(title || aside) && (
        <header>
          {title && <h2>{title}</h2>}
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}
