import { Menu, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { usePatchMe } from "@/api/session";
import { localeNames } from "@/i18n/names";
import { locales, switchLocale } from "@/i18n/setup";

/** The three languages, each under its own name. */
export function LanguageItems() {
  const { t, i18n } = useTranslation();
  const patch = usePatchMe();
  return (
    <>
      <Menu.Label>{t("app.language")}</Menu.Label>
      {locales.map((locale) => (
        <Menu.Item
          key={locale}
          lang={locale}
          closeMenuOnClick={false}
          rightSection={i18n.language === locale ? <IconCheck size={16} /> : null}
          aria-current={i18n.language === locale}
          onClick={() => {
            void switchLocale(locale);
            patch.mutate({ locale });
          }}
        >
          {localeNames[locale]}
          {locale === "lo" && (
            <Text size="xs" c="dimmed" lang={i18n.language}>
              {t("app.lao_unchecked")}
            </Text>
          )}
        </Menu.Item>
      ))}
    </>
  );
}
