import { useTranslation } from "react-i18next";

/** What a language is called, in the reader's own. */
export function useLanguageName() {
  const { i18n } = useTranslation();
  const names = new Intl.DisplayNames([i18n.language, "vi"], { type: "language" });
  return (code: string) => {
    const name = names.of(code) ?? code;
    return name.charAt(0).toUpperCase() + name.slice(1);
  };
}
