import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Empty.module.css";

interface Props {
  icon: TablerIcon;
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
}

/** Nothing here: says what belongs here and leads to the next step. */
export function Empty({ icon: Icon, title, hint, action }: Props) {
  return (
    <div className={classes.empty}>
      <Icon size={40} stroke={1.2} aria-hidden="true" />
      <h2>{title}</h2>
      {hint && <p>{hint}</p>}
      {action}
    </div>
  );
}
