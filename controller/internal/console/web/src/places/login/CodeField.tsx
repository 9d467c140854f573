import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** The second step: a code of an authenticator, or a recovery code. */
export function CodeField({ value, onChange }: { value: string; onChange: (v: string) => void }) {
  const { t } = useTranslation();
  return (
    <TextInput
      size="md"
      name="code"
      label={t("login.code")}
      description={t("login.code_hint")}
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      required
      withAsterisk={false}
      autoFocus
      maxLength={40}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
