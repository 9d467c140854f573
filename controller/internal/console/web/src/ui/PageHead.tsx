import { type ReactNode, useEffect } from "react";
import classes from "./PageHead.module.css";

interface Props {
  title: string;
  /** Shown in place of the plain title, for titles that can be edited. */
  heading?: ReactNode;
  /** A quiet line or marks after the title. */
  aside?: ReactNode;
  /** The page's one primary action and its quieter companions. */
  actions?: ReactNode;
}

/** Title and actions of a page; also names the browser's tab. */
export function PageHead({ title, heading, aside, actions }: Props) {
  useEffect(() => {
    document.title = title ? `${title} · cotmoc` : "cotmoc";
  }, [title]);
  return (
    <header className={classes.head}>
      <div className={classes.titles}>
        {heading ?? <h1>{title}</h1>}
        {aside}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
