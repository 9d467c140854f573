import type { ReactNode } from "react";
import classes from "./Entry.module.css";

export function Step({ n, title, done, children }: { n: number; title: string; done: boolean; children: ReactNode }) {
  return (
    <li className={classes.step}>
      <span className={classes.ordinal} data-done={done || undefined}>
        {n}
      </span>
      <div>
        <h2>{title}</h2>
        {children}
      </div>
    </li>
  );
}
