import { Button, Center } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** The first screens of a long list that is already here, and how to see the rest. */
export function useFirst<T>(all: T[], step: number): { first: T[]; left: number; more: () => void } {
  const [most, setMost] = useState(step);
  return { first: all.slice(0, most), left: Math.max(0, all.length - most), more: () => setMost(most + step) };
}

/** Shows more screens of a long list; says how many are left, so that no list stops in silence. */
export function RestButton({ left, more }: { left: number; more: () => void }) {
  const { t } = useTranslation();
  if (left === 0) return null;
  return (
    <Center my="md">
      <Button variant="default" onClick={more}>
        {t("watch.more", { count: left })}
      </Button>
    </Center>
  );
}
