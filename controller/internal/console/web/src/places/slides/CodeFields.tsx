import { Checkbox, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { countedCodesQuery } from "@/api/scans";
import { pageLanguages, type SlideTexts } from "@/api/slides";
import { Field } from "./Field";
import classes from "./Slides.module.css";

interface Props {
  value: SlideTexts;
  onChange: (value: SlideTexts) => void;
}

/** Whether a code is counted, and where it leads readers of other languages. */
export function CodeFields({ value, onChange }: Props) {
  const { t } = useTranslation();
  const offered = useQuery(countedCodesQuery).data ?? false;
  if (value.page === "" || !(offered || value.count)) return null;
  return (
    <>
      <Checkbox
        name="count"
        label={t("slides.count")}
        description={t("slides.count_hint")}
        checked={value.count}
        onChange={(e) => onChange({ ...value, count: e.currentTarget.checked })}
      />
      {value.count && (
        <Field label={t("slides.other_pages")}>
          <div className={classes.pages}>
            {pageLanguages
              .filter((l) => l !== value.language)
              .map((l) => (
                <TextInput
                  key={l}
                  type="url"
                  name={`page_${l}`}
                  leftSection={t(`scans.language_${l}`)}
                  leftSectionWidth={104}
                  aria-label={t("slides.page_in", { language: t(`scans.language_${l}`) })}
                  value={value.pages[l] ?? ""}
                  maxLength={300}
                  onChange={(e) => onChange({ ...value, pages: { ...value.pages, [l]: e.currentTarget.value } })}
                />
              ))}
          </div>
        </Field>
      )}
    </>
  );
}
