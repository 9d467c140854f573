import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Locale } from "@/api/types";
import { bytes, dateTime, time } from "@/time/format";

export const locales: readonly Locale[] = ["vi", "en", "lo"];
/** The languages that content can be in. */
export const languages = ["vi", "en", "lo", "zh"] as const;
const remembered = "cotmoc-locale";

type Catalog = Record<string, string>;

/** One chunk a language: only the chosen one is fetched. */
const load: Record<Locale, () => Promise<{ catalog: Catalog }>> = {
  vi: () => import("./vi"),
  en: () => import("./en"),
  lo: () => import("./lo"),
};

/** The language chosen on this computer before anyone has logged in; Vietnamese first. */
export function startLocale(): Locale {
  const saved = localStorage.getItem(remembered);
  return locales.find((l) => l === saved) ?? "vi";
}

/** Starts translation with one language loaded. */
export async function startWords(locale: Locale): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes
    resources: { [locale]: { translation: (await load[locale]()).catalog } },
  });
  // Texts may say {{free, bytes}}: a count of bytes in the language's own way.
  i18next.services.formatter?.add("bytes", (value, lng) => bytes(Number(value), lng as Locale));
  // {{at, time}}: a time of day, with its date unless that is today.
  i18next.services.formatter?.add("time", (value) => moment(new Date(String(value))));
  document.documentElement.lang = locale;
}

function moment(at: Date): string {
  return at.toDateString() === new Date().toDateString() ? time(at) : dateTime(at);
}

/** Switches the language and remembers it on this computer. */
export async function switchLocale(locale: Locale): Promise<void> {
  if (!i18next.hasResourceBundle(locale, "translation")) {
    i18next.addResourceBundle(locale, "translation", (await load[locale]()).catalog);
  }
  localStorage.setItem(remembered, locale);
  document.documentElement.lang = locale;
  await i18next.changeLanguage(locale);
}
