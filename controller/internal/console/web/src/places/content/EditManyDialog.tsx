import {
  Button,
  Chip,
  Group,
  Input,
  Modal,
  MultiSelect,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type MediaChange, type MediaOutcome, mostAtOnce, useEditMany } from "@/api/library";
import { locales } from "@/i18n/setup";
import { useFormat } from "@/i18n/useFormat";
import { reasonText } from "@/i18n/useProblemText";
import { tagsOf } from "@/library/tagsOf";
import { useEditToast } from "@/library/useEditToast";
import { useFolderChoices, useTagChoices, useThemeChoices } from "@/library/useLabelChoices";
import { addDays, instantOf } from "@/time/zone";
import { DateField } from "@/ui/DateField";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import classes from "./Content.module.css";

interface Props {
  ids: string[];
  marks: number[];
  onClose: () => void;
  /** With the ids of those that stay as they were. */
  onDone: (refused: string[]) => void;
}
const nowhere = "-";

/** One change for all that is chosen; what is left empty stays as it is. */
export function EditManyDialog({ ids, marks, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  useFocusBack();
  const edit = useEditMany();
  const { edited } = useEditToast();
  const folders = useFolderChoices();
  const themes = useThemeChoices();
  const allThemes = useThemeChoices(true);
  const tags = useTagChoices();
  const [change, setChange] = useState<MediaChange>({});
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const [noEnd, setNoEnd] = useState(false);
  const [outcome, setOutcome] = useState<MediaOutcome | null>(null);
  const set = (part: MediaChange) => setChange({ ...change, ...part });
  const save = () => {
    const full: MediaChange = { ...change };
    if (from) full.valid_from = instantOf(from).toISOString();
    if (noEnd) full.valid_until = null;
    else if (until) full.valid_until = instantOf(addDays(until, 1)).toISOString();
    if (full.languages?.length === 0) delete full.languages;
    if (!full.rights_basis?.trim()) delete full.rights_basis;
    edit.mutate(
      { ids, marks, change: full },
      {
        onSuccess: (o) => {
          edited(o);
          onDone(o.refused.map((r) => r.id));
          if (o.refused.length === 0) onClose();
          else setOutcome(o);
        },
      },
    );
  };
  const title = t("library.edit_title", { count: ids.length, n: format.number(ids.length) });
  if (outcome) {
    return (
      <Modal opened onClose={onClose} size={560} title={title} closeButtonProps={{ "aria-label": t("app.close") }}>
        <Stack gap="sm">
          <Text size="sm">
            {t("library.outcome", {
              count: outcome.refused.length,
              changed: format.number(outcome.changed),
              n: format.number(outcome.refused.length),
            })}
          </Text>
          <ul className={classes.refused}>
            {outcome.refused.slice(0, 200).map((r) => (
              <li key={r.id}>{reasonText(t as never, r)}</li>
            ))}
          </ul>
          <Group justify="flex-end">
            <Button onClick={onClose}>{t("app.close")}</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  const tooMany = ids.length > mostAtOnce;
  return (
    <Modal opened onClose={onClose} size={640} title={title} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("library.edit_hint")}
        </Text>
        {tooMany && (
          <Text size="sm" c="marker">
            {t("reason.selection_size", { count: ids.length, max: mostAtOnce })}
          </Text>
        )}
        {edit.error && <ProblemNote error={edit.error} />}
        <Select
          label={t("library.folder")}
          placeholder={t("library.keep")}
          clearable
          searchable
          data={[{ value: nowhere, label: t("library.no_folder") }, ...folders]}
          onChange={(v) => {
            const { folder_id: _, ...rest } = change;
            setChange(v ? { ...rest, folder_id: v === nowhere ? "" : v } : rest);
          }}
        />
        <div className={classes.pair}>
          <MultiSelect
            label={t("library.add_themes")}
            data={themes}
            searchable
            hidePickedOptions
            onChange={(v) => set({ add_themes: v })}
          />
          <MultiSelect
            label={t("library.drop_themes")}
            data={allThemes}
            searchable
            hidePickedOptions
            onChange={(v) => set({ drop_themes: v })}
          />
          <TagsInput
            label={t("library.add_tags")}
            data={tags}
            maxTags={20}
            acceptValueOnBlur
            splitChars={[",", ";"]}
            value={change.add_tags ?? []}
            onChange={(v) => set({ add_tags: tagsOf(v) })}
          />
          <MultiSelect
            label={t("library.drop_tags")}
            data={tags}
            searchable
            hidePickedOptions
            onChange={(v) => set({ drop_tags: v })}
          />
        </div>
        <Text size="sm" c="dimmed" mt="xs">
          {t("library.signed_hint")}
        </Text>
        <Input.Wrapper label={t("media.languages")} labelElement="div">
          <Chip.Group multiple value={change.languages ?? []} onChange={(languages) => set({ languages })}>
            <Group gap={6} mt={4}>
              {locales.map((l) => (
                <Chip key={l} value={l} size="sm" variant="light">
                  {t(`app.language_${l}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
        <div className={classes.pair}>
          <DateField label={t("media.valid_from")} placeholder={t("library.keep")} value={from} onChange={setFrom} />
          <div>
            <DateField
              label={t("media.valid_until")}
              placeholder={noEnd ? t("media.no_end") : t("library.keep")}
              value={noEnd ? "" : until}
              onChange={(v) => {
                setUntil(v);
                setNoEnd(false);
              }}
            />
            <Chip size="xs" mt={6} variant="light" checked={noEnd} onChange={setNoEnd}>
              {t("media.no_end")}
            </Chip>
          </div>
        </div>
        <TextInput
          name="rights_basis"
          label={t("media.rights")}
          placeholder={t("library.keep")}
          maxLength={500}
          value={change.rights_basis ?? ""}
          onChange={(e) => set({ rights_basis: e.currentTarget.value })}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button onClick={save} loading={edit.isPending} disabled={tooMany}>
            {t("library.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
