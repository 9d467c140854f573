import { Input } from "@mantine/core";
import type { ReactNode } from "react";

/** A label above a choice that has none of its own. */
export function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Input.Wrapper label={label} labelElement="div">
      {children}
    </Input.Wrapper>
  );
}
