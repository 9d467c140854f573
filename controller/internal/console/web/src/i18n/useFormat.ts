import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Locale } from "@/api/types";
import { bytes, number, type Relative, relative } from "@/time/format";

/** Formatters bound to the language in use. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const locale = i18n.language as Locale;
  return useMemo(() => {
    const say = (r: Relative): string => {
      if (r.kind === "absolute") return r.text;
      return t(`time.${r.kind}`, { ...r });
    };
    return {
      locale,
      number: (value: number, decimals = 0) => number(value, locale, decimals),
      bytes: (value: number) => bytes(value, locale),
      /** "5 phút trước" near now, "05/08/2026 17:05" otherwise. */
      ago: (at: string | Date, now: Date) => say(relative(new Date(at), now)),
      /** Rough length in words: "khoảng 3 phút". */
      span: (seconds: number) => {
        if (seconds < 60) return t("time.seconds", { count: Math.max(1, Math.round(seconds)) });
        if (seconds < 5400) return t("time.minutes", { count: Math.round(seconds / 60) });
        if (seconds < 48 * 3600) return t("time.hours", { count: Math.round(seconds / 3600) });
        return t("time.days", { count: Math.round(seconds / 86_400) });
      },
      /** "a, b và c" */
      list: (items: string[]) => {
        if (items.length < 2) return items.join("");
        return t("time.list", { first: items.slice(0, -1).join(", "), last: items.at(-1) });
      },
    };
  }, [t, locale]);
}

export type Format = ReturnType<typeof useFormat>;
