import { SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SlideTemplate, SlideTexts } from "@/api/slides";
import { locales } from "@/i18n/setup";
import { DateField } from "@/ui/DateField";
import { CodeFields } from "./CodeFields";
import { Field } from "./Field";

interface Props {
  value: SlideTexts;
  onChange: (value: SlideTexts) => void;
}

const templates: SlideTemplate[] = ["tin", "thong-bao"];

/** The words of a slide and the template that they stand in. */
export function SlideFields({ value, onChange }: Props) {
  const { t } = useTranslation();
  const set = (change: Partial<SlideTexts>) => onChange({ ...value, ...change });
  return (
    <Stack gap="sm">
      <Field label={t("slides.template")}>
        <SegmentedControl
          fullWidth
          aria-label={t("slides.template")}
          value={value.template}
          data={templates.map((v) => ({ value: v, label: t(`slides.template_${v.replace("-", "_")}`) }))}
          onChange={(v) => set({ template: v as SlideTemplate })}
        />
      </Field>
      <Field label={t("slides.language")}>
        <SegmentedControl
          fullWidth
          aria-label={t("slides.language")}
          value={value.language}
          data={locales.map((l) => ({ value: l, label: t(`app.language_${l}`) }))}
          onChange={(v) => set({ language: v as SlideTexts["language"] })}
        />
      </Field>
      <Textarea
        label={t("slides.title")}
        value={value.title}
        lang={value.language}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={300}
        onChange={(e) => set({ title: e.currentTarget.value })}
      />
      <Textarea
        label={t("slides.text")}
        value={value.text}
        lang={value.language}
        autosize
        minRows={3}
        maxRows={12}
        maxLength={2000}
        onChange={(e) => set({ text: e.currentTarget.value })}
      />
      <TextInput
        label={t(value.template === "tin" ? "slides.source" : "slides.unit")}
        value={value.source}
        maxLength={120}
        onChange={(e) => set({ source: e.currentTarget.value })}
      />
      <DateField label={t("slides.date")} value={value.date} onChange={(date) => set({ date })} />
      <TextInput
        type="url"
        label={t("slides.page")}
        description={t("slides.page_hint")}
        value={value.page}
        maxLength={300}
        onChange={(e) => set({ page: e.currentTarget.value })}
      />
      <CodeFields value={value} onChange={onChange} />
    </Stack>
  );
}
