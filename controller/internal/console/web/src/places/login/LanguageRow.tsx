import { useTranslation } from "react-i18next";
import { localeNames } from "@/i18n/names";
import { locales, switchLocale } from "@/i18n/setup";
import classes from "./LoginPage.module.css";

export function LanguageRow() {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes.languages}>
      <div className={classes.row}>
        {locales.map((locale) => (
          <button
            key={locale}
            type="button"
            lang={locale}
            aria-current={i18n.language === locale}
            onClick={() => void switchLocale(locale)}
          >
            {localeNames[locale]}
          </button>
        ))}
      </div>
      {i18n.language === "lo" && <p>{t("app.lao_unchecked")}</p>}
    </div>
  );
}
