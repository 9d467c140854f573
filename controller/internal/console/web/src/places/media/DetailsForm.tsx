import { Chip, Group, Input, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { usePatchMedia } from "@/api/media";
import type { Media, MediaPatch } from "@/api/types";
import { languages } from "@/i18n/setup";
import { addDays, dateOf, instantOf } from "@/time/zone";
import { DateField } from "@/ui/DateField";
import { PageLink } from "@/ui/PageLink";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { SaveMark } from "@/ui/SaveMark";
import { useAutosave } from "@/ui/useAutosave";

const anywhere = "*";
type Details = Omit<MediaPatch, "revision" | "fits" | "excerpt">;

/** The last whole day of a validity that ends at the following midnight. */
const lastDay = (until: string | null) => (until ? addDays(dateOf(new Date(until)), -1) : "");

/** What is known about the item, while it may be edited; saves itself. */
export function DetailsForm({ item }: { item: Media }) {
  const { t } = useTranslation();
  const patch = usePatchMedia();
  const clusters = useQuery(clustersQuery).data ?? [];
  const [form, setForm] = useState<Required<Details>>({
    title: item.title,
    description: item.description,
    languages: item.languages,
    territory: item.territory,
    valid_from: item.valid_from,
    valid_until: item.valid_until,
    rights_basis: item.rights_basis,
    publisher: item.origin.publisher,
    creator: item.origin.creator,
    published_at: item.origin.published_at,
  });
  const saving = useAutosave((value: Details) => patch.mutateAsync({ id: item.id, patch: value }));
  const set = (change: Details) => {
    const next = { ...form, ...change } as Required<Details>;
    setForm(next);
    if (next.title.trim() !== "") saving.change(next);
  };
  const setTerritory = (chosen: string[]) => {
    const all = chosen.includes(anywhere) && !form.territory.includes(anywhere);
    const some = chosen.filter((c) => c !== anywhere);
    set({ territory: all || some.length === 0 ? [anywhere] : some });
  };
  return (
    <Panel title={t("media.details")} aside={<SaveMark state={saving.state} />}>
      {saving.error !== null && <ProblemNote error={saving.error} onRetry={() => set({})} />}
      <Stack gap="sm">
        <TextInput
          label={t("media.title")}
          value={form.title}
          error={form.title.trim() === "" ? t("media.title_needed") : null}
          maxLength={200}
          onChange={(e) => set({ title: e.currentTarget.value })}
        />
        <Textarea
          label={t("media.description")}
          value={form.description}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2000}
          onChange={(e) => set({ description: e.currentTarget.value })}
        />
        <Input.Wrapper label={t("media.languages")} labelElement="div">
          <Chip.Group multiple value={form.languages} onChange={(languages) => set({ languages })}>
            <Group gap={6} mt={4}>
              {languages.map((l) => (
                <Chip key={l} value={l} size="sm" variant="light">
                  {t(`app.language_${l}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
        <Input.Wrapper label={t("media.territory")} labelElement="div">
          <Chip.Group multiple value={form.territory} onChange={setTerritory}>
            <Group gap={6} mt={4}>
              <Chip value={anywhere} size="sm" variant="light">
                {t("media.anywhere")}
              </Chip>
              {clusters.map((c) => (
                <Chip key={c.id} value={c.id} size="sm" variant="light">
                  {c.name}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
        <Group grow gap="sm">
          <DateField
            label={t("media.valid_from")}
            placeholder={t("media.from_now")}
            value={form.valid_from ? dateOf(new Date(form.valid_from)) : ""}
            onChange={(d) => set({ valid_from: d ? instantOf(d).toISOString() : null })}
          />
          <DateField
            label={t("media.valid_until")}
            placeholder={t("media.no_end")}
            value={lastDay(form.valid_until)}
            onChange={(d) => set({ valid_until: d ? instantOf(addDays(d, 1)).toISOString() : null })}
          />
        </Group>
        <TextInput
          name="rights_basis"
          label={t("media.rights")}
          description={item.origin.authors ? t("media.rights_author") : t("media.rights_needed")}
          placeholder={
            item.origin.authors
              ? t("media.rights_author_example", { name: form.creator || "…" })
              : t("media.rights_example")
          }
          value={form.rights_basis}
          maxLength={500}
          onChange={(e) => set({ rights_basis: e.currentTarget.value })}
        />
        <TextInput
          label={t("media.publisher")}
          placeholder={t("media.publisher_example")}
          value={form.publisher}
          maxLength={200}
          onChange={(e) => set({ publisher: e.currentTarget.value })}
        />
        <Group grow gap="sm">
          <TextInput
            label={t("media.creator")}
            required={item.origin.authors}
            value={form.creator}
            maxLength={200}
            onChange={(e) => set({ creator: e.currentTarget.value })}
          />
          <DateField
            label={t("media.published")}
            placeholder={t("media.published_unknown")}
            value={form.published_at ? dateOf(new Date(form.published_at)) : ""}
            onChange={(d) => set({ published_at: d ? instantOf(d).toISOString() : null })}
          />
        </Group>
        {item.origin.page && (
          <Input.Wrapper label={t("media.page")} labelElement="div">
            <Text size="sm">
              <PageLink url={item.origin.page} />
            </Text>
          </Input.Wrapper>
        )}
      </Stack>
    </Panel>
  );
}
