import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Upstream.module.css";

interface Props {
  tone: "warn" | "bad";
  icon: TablerIcon;
  title: string;
  children: ReactNode;
}

/** What the page's state means for the screens right now. */
export function Note({ tone, icon: Icon, title, children }: Props) {
  return (
    <section className={classes.note} data-tone={tone}>
      <h2>
        <Icon size={20} aria-hidden="true" />
        {title}
      </h2>
      <p>{children}</p>
    </section>
  );
}
