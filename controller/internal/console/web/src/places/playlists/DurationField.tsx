import { TextInput } from "@mantine/core";
import { useState } from "react";
import { duration, parseDuration } from "@/time/format";
import classes from "./Editor.module.css";
import { leastMs } from "./editing";

interface Props {
  value: number;
  label: string;
  onChange: (ms: number) => void;
}

const mostMs = 3_600_000; // playlists.MaxItemDuration

/** A length as 0:10, edited in place: arrows by a second, Enter keeps it, Escape gives it up. */
export function DurationField({ value, label, onChange }: Props) {
  const [text, setText] = useState<string | null>(null);
  const parsed = text === null ? value : parseDuration(text);
  const valid = parsed !== null && parsed >= leastMs && parsed <= mostMs;
  const keep = () => {
    if (text !== null && valid && parsed !== value) onChange(parsed);
    setText(null);
  };
  const step = (by: number) => {
    const next = Math.min(mostMs, Math.max(leastMs, (valid ? parsed : value) + by * 1000));
    setText(null);
    onChange(next);
  };
  return (
    <TextInput
      size="xs"
      className={classes.duration}
      aria-label={label}
      value={text ?? duration(value)}
      error={!valid}
      inputMode="numeric"
      onFocus={(e) => e.currentTarget.select()}
      onChange={(e) => setText(e.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(e) => {
        if (e.key === "Enter") keep();
        else if (e.key === "Escape") setText(null);
        else if (e.key === "ArrowUp") step(1);
        else if (e.key === "ArrowDown") step(-1);
        else return;
        e.preventDefault();
      }}
    />
  );
}
