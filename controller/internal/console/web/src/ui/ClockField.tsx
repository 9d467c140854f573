import { TextInput } from "@mantine/core";
import { useState } from "react";
import { addMinutes, parseClock } from "@/time/clock";

interface Props {
  label?: string;
  "aria-label"?: string;
  value: string;
  onChange: (clock: string) => void;
}

const step = 15;

/** A time of day in 24 hours whatever the browser's country; "7" or "730" will do, arrows move a quarter hour. */
export function ClockField({ value, onChange, ...rest }: Props) {
  const [text, setText] = useState<string | null>(null);
  const parsed = text === null ? value : parseClock(text);
  const keep = () => {
    if (parsed !== null && parsed !== value) onChange(parsed);
    setText(null);
  };
  return (
    <TextInput
      {...rest}
      w={rest.label ? undefined : 84}
      inputMode="numeric"
      maxLength={5}
      value={text ?? value}
      error={parsed === null}
      onFocus={(e) => e.currentTarget.select()}
      onChange={(e) => setText(e.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(e) => {
        if (e.key === "Enter") keep();
        else if (e.key === "Escape") setText(null);
        else if (e.key === "ArrowUp" || e.key === "ArrowDown") {
          setText(null);
          onChange(addMinutes(parsed ?? value, e.key === "ArrowUp" ? step : -step));
        } else return;
        e.preventDefault();
      }}
    />
  );
}
