import type { TablerIcon } from "@tabler/icons-react";
import classes from "./StateMark.module.css";

export type Tone = "neutral" | "info" | "warn" | "ok" | "bad";

interface Props {
  icon: TablerIcon;
  tone: Tone;
  label: string;
  /** Plain: no wash behind, for dense places. */
  plain?: boolean;
}

/** A state as shape, colour and word: never colour alone. */
export function StateMark({ icon: Icon, tone, label, plain = false }: Props) {
  return (
    <span className={classes.mark} data-tone={tone} data-plain={plain || undefined}>
      <Icon size={15} stroke={2} aria-hidden="true" />
      {label}
    </span>
  );
}
