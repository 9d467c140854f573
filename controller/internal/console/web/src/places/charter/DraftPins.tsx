import { ActionIcon, Button, MultiSelect, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DraftBody } from "@/api/charter";
import { clustersQuery } from "@/api/fleet";
import classes from "./Charter.module.css";
import { useCharterWords } from "./useCharterWords";

type Pin = DraftBody["pins"][number];

/** PINs with which a person at the screen PC puts it on the slate; those that are there can only go. */
export function DraftPins({ pins, onChange }: { pins: Pin[]; onChange: (pins: Pin[]) => void }) {
  const { t } = useTranslation();
  const { places } = useCharterWords();
  const clusters = useQuery(clustersQuery).data ?? [];
  const put = (i: number, change: Partial<Pin>) => onChange(pins.map((p, k) => (k === i ? { ...p, ...change } : p)));
  return (
    <>
      <p className={classes.words}>{t("charter.pins_hint")}</p>
      <ul className={classes.pins}>
        {pins.map((p, i) => (
          <li key={p.id ?? `new ${i}`}>
            {p.id ? (
              <span>
                {places(p.clusters)} <code>{p.id}</code>
              </span>
            ) : (
              <>
                <MultiSelect
                  aria-label={t("watch.cluster")}
                  placeholder={p.clusters.length === 0 ? t("watch.cluster") : ""}
                  data={clusters.map((c) => ({ value: c.id, label: c.name }))}
                  value={p.clusters}
                  onChange={(v) => put(i, { clusters: v })}
                />
                <TextInput
                  aria-label={t("charter.pin")}
                  placeholder={t("charter.pin")}
                  inputMode="numeric"
                  autoComplete="off"
                  maxLength={12}
                  value={p.pin ?? ""}
                  onChange={(e) => put(i, { pin: e.currentTarget.value.replace(/\D/g, "") })}
                />
              </>
            )}
            <ActionIcon aria-label={t("charter.drop_pin")} onClick={() => onChange(pins.filter((_, k) => k !== i))}>
              <IconX size={18} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <Button
        variant="default"
        leftSection={<IconPlus size={18} />}
        onClick={() => onChange([...pins, { clusters: [], pin: "" }])}
      >
        {t("charter.add_pin")}
      </Button>
    </>
  );
}
