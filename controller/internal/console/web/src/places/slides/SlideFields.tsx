import { SegmentedControl, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type SlideField, type SlideTemplate, type SlideTexts, slideTemplatesQuery } from "@/api/slides";
import { languages } from "@/i18n/setup";
import { ClockField } from "@/ui/ClockField";
import { DateField } from "@/ui/DateField";
import { BrandChoice } from "./BrandChoice";
import { CodeFields } from "./CodeFields";
import { Field } from "./Field";
import { RowsField } from "./RowsField";

interface Props {
  /** Whose slide it is. */
  unit: string;
  value: SlideTexts;
  onChange: (value: SlideTexts) => void;
}

/** What a field is called in a template, where its own name says too little. */
const called: Partial<Record<SlideTexts["template"], Partial<Record<SlideField, string>>>> = {
  "thong-bao": { source: "slides.unit" },
  "canh-bao": { text: "templates.todo", source: "slides.unit", date: "templates.date_issued" },
  "gio-cua-khau": {
    title: "templates.name_gate",
    text: "templates.note",
    source: "slides.unit",
    date: "templates.date_from",
  },
  "ti-gia": { text: "templates.note", date: "templates.date_issued" },
  "dem-ngay": { title: "templates.name_holiday", source: "slides.unit", date: "templates.date_as_of" },
  "chao-mung": { title: "templates.name_place" },
};

/** How the four greetings begin; they are the same in every language of the console. */
const greetings = [["Kính chào quý khách"], ["ຍິນດີຕ້ອນຮັບ"], ["Welcome"], ["欢迎光临"]];

/** The words of a slide and the template that they stand in. */
export function SlideFields({ unit, value, onChange }: Props) {
  const { t } = useTranslation();
  const templates = useQuery(slideTemplatesQuery);
  const template = templates.data?.find((x) => x.name === value.template);
  const set = (change: Partial<SlideTexts>) => onChange({ ...value, ...change });
  const choose = (name: string | null) => {
    const next = templates.data?.find((x) => x.name === name);
    if (!next) return;
    // Rows go along only into a table of the same columns.
    const fresh = next.columns.length > 0 && next.columns.join() !== template?.columns.join();
    set({ template: next.name, ...(fresh ? { rows: next.each.length > 0 ? greetings : [] } : {}) });
  };
  return (
    <Stack gap="sm">
      <Select
        label={t("slides.template")}
        allowDeselect={false}
        value={value.template}
        data={(templates.data ?? []).map(({ name }) => ({
          value: name,
          label: t(`templates.template_${name.replaceAll("-", "_")}`),
        }))}
        onChange={choose}
      />
      <Field label={t("slides.language")}>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t("slides.language")}
          value={value.language}
          data={languages.map((l) => ({ value: l, label: t(`app.language_${l}`) }))}
          onChange={(v) => set({ language: v as SlideTexts["language"] })}
        />
      </Field>
      {template?.fields.map((field) => (
        <OneField key={field} field={field} template={template} value={value} set={set} />
      ))}
      <BrandChoice unit={unit} checked={value.branded} onChange={(branded) => set({ branded })} />
    </Stack>
  );
}

interface OneProps {
  field: SlideField;
  template: SlideTemplate;
  value: SlideTexts;
  set: (change: Partial<SlideTexts>) => void;
}

function OneField({ field, template, value, set }: OneProps) {
  const { t } = useTranslation();
  const label = (usual: string) => t(called[template.name]?.[field] ?? usual);
  const required = template.needs.includes(field);
  switch (field) {
    case "title":
      return (
        <Textarea
          label={label("slides.title")}
          value={value.title}
          lang={value.language}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={300}
          onChange={(e) => set({ title: e.currentTarget.value })}
        />
      );
    case "text":
      return (
        <Textarea
          label={label("slides.text")}
          value={value.text}
          lang={value.language}
          autosize
          minRows={3}
          maxRows={12}
          maxLength={2000}
          onChange={(e) => set({ text: e.currentTarget.value })}
        />
      );
    case "source":
      return (
        <TextInput
          label={label("slides.source")}
          required={required}
          value={value.source}
          maxLength={120}
          onChange={(e) => set({ source: e.currentTarget.value })}
        />
      );
    case "date":
      return (
        <DateField
          label={label("slides.date")}
          description={template.name === "dem-ngay" ? t("templates.date_as_of_hint") : undefined}
          required={required}
          value={value.date}
          onChange={(date) => set({ date })}
        />
      );
    case "page":
      return (
        <>
          <TextInput
            type="url"
            label={t("slides.page")}
            description={t("slides.page_hint")}
            value={value.page}
            maxLength={300}
            onChange={(e) => set({ page: e.currentTarget.value })}
          />
          <CodeFields value={value} onChange={set} />
        </>
      );
    case "level":
      return (
        <Select
          label={t("templates.level")}
          required
          allowDeselect={false}
          value={value.level ? String(value.level) : null}
          data={["1", "2", "3", "4", "5"].map((n) => ({ value: n, label: t(`templates.level_${n}`) }))}
          onChange={(n) => set({ level: Number(n) })}
        />
      );
    case "phone":
      return (
        <TextInput
          type="tel"
          label={t("templates.phone")}
          value={value.phone ?? ""}
          maxLength={60}
          onChange={(e) => set({ phone: e.currentTarget.value })}
        />
      );
    case "time":
      return <ClockField label={t("templates.time")} value={value.time ?? ""} onChange={(time) => set({ time })} />;
    case "until":
      return (
        <DateField
          label={t("templates.until")}
          required
          value={value.until ?? ""}
          onChange={(until) => set({ until })}
        />
      );
    case "rows":
      return (
        <RowsField
          template={template}
          language={value.language}
          value={value.rows ?? []}
          onChange={(rows) => set({ rows })}
        />
      );
    case "picture": // chosen beside the words
      return null;
  }
}
