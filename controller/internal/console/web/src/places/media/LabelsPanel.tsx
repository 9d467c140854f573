import { MultiSelect, Select, Stack, TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type MediaChange, useArrange } from "@/api/library";
import type { Media } from "@/api/types";
import { tagsOf } from "@/library/tagsOf";
import { useEditToast } from "@/library/useEditToast";
import { useFolderChoices, useTagChoices, useThemeChoices } from "@/library/useLabelChoices";
import { Panel } from "@/ui/Panel";
import { useToast } from "@/ui/useToast";
import classes from "./Media.module.css";

/** How an item is arranged: no part of what people sign, so that it can change at any time. */
export function LabelsPanel({ item }: { item: Media }) {
  const { t } = useTranslation();
  const toast = useToast();
  const { edited } = useEditToast();
  const open = useThemeChoices();
  const all = useThemeChoices(true);
  const folders = useFolderChoices(item.unit.id);
  const tags = useTagChoices();
  const { arrange, isPending } = useArrange(item.id);
  const save = (change: MediaChange) =>
    Object.keys(change).length > 0 &&
    void arrange(change).then((o) => {
      const [refused] = o.refused;
      if (refused) toast.problem(refused);
      else edited(o);
    }, toast.problem);
  const name = (choices: { value: string; label: string }[], id: string) =>
    choices.find((c) => c.value === id)?.label ?? "";
  if (!item.may.arrange) {
    const facts: [string, string][] = [
      [t("library.themes"), item.themes.map((id) => name(all, id)).join(" · ")],
      [t("library.folder"), name(folders, item.folder_id)],
      [t("library.tags"), item.tags.join(" · ")],
    ];
    const known = facts.filter(([, value]) => value !== "");
    if (known.length === 0) return null;
    return (
      <Panel title={t("library.arranged")}>
        <dl className={classes.facts}>
          {known.map(([term, value]) => [<dt key={term}>{term}</dt>, <dd key={`${term}.`}>{value}</dd>])}
        </dl>
      </Panel>
    );
  }
  const difference = (next: string[], before: string[]) => next.filter((x) => !before.includes(x));
  return (
    <Panel title={t("library.arranged")}>
      <Stack gap="sm">
        <MultiSelect
          label={t("library.themes")}
          searchable
          hidePickedOptions
          disabled={isPending}
          data={all.filter((c) => item.themes.includes(c.value) || open.some((o) => o.value === c.value))}
          value={item.themes}
          onChange={(next) => {
            const add = difference(next, item.themes);
            const drop = difference(item.themes, next);
            save({ ...(add.length > 0 && { add_themes: add }), ...(drop.length > 0 && { drop_themes: drop }) });
          }}
        />
        <Select
          label={t("library.folder")}
          placeholder={t("library.no_folder")}
          clearable
          searchable
          disabled={isPending}
          data={folders}
          value={item.folder_id || null}
          onChange={(v) => save({ folder_id: v ?? "" })}
        />
        <TagsInput
          label={t("library.tags")}
          acceptValueOnBlur
          splitChars={[",", ";"]}
          disabled={isPending}
          data={tags}
          value={item.tags}
          onChange={(typed) => {
            const next = tagsOf(typed);
            const add = difference(next, item.tags);
            const drop = difference(item.tags, next);
            save({ ...(add.length > 0 && { add_tags: add }), ...(drop.length > 0 && { drop_tags: drop }) });
          }}
        />
      </Stack>
    </Panel>
  );
}
