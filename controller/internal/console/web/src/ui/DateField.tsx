import "@mantine/dates/styles.css";
import "dayjs/locale/lo";
import "dayjs/locale/vi";
import { DatePickerInput, DatesProvider } from "@mantine/dates";
import { useTranslation } from "react-i18next";

interface Props {
  label?: string;
  description?: string | undefined;
  "aria-label"?: string;
  placeholder?: string;
  /** 2026-08-05 or "". */
  value: string;
  /** A day that must be chosen cannot be cleared. */
  required?: boolean;
  error?: string | null;
  minDate?: string | undefined;
  onChange: (value: string) => void;
}

/** A date as 05/08/2026, weeks from Monday, in the console's language. */
export function DateField({ value, onChange, required = false, error = null, minDate, ...rest }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
      <DatePickerInput
        {...rest}
        valueFormat="DD/MM/YYYY"
        value={value || null}
        minDate={minDate}
        error={error}
        clearable={!required}
        clearButtonProps={{ "aria-label": t("app.clear") }}
        onChange={(v) => onChange(v ?? "")}
      />
    </DatesProvider>
  );
}
