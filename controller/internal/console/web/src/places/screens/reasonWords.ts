import i18next from "i18next";

type Translate = (key: string, params?: Record<string, unknown>) => string;
interface Why {
  code: string;
  params?: Record<string, unknown> | undefined;
}

/** Why a screen is as it is, in one sentence; a code that has no words yet is named. */
export function whyWords(t: Translate, why: Why): string {
  const key = `watch.why_${why.code}`;
  const params = { ...why.params };
  if (typeof params.refusal === "string") params.refusal = refusalWords(t, params.refusal);
  if (typeof params.witness === "string") params.witness = t(`watch.witness_${params.witness}`);
  if (i18next.exists(key)) return t(key, params);
  // What a screen has refused comes under the refusal's own code.
  if (isRefusal(why.code)) return t("watch.why_refusal", { refusal: refusalWords(t, why.code) });
  return t("watch.why_unknown", { code: why.code });
}

const isRefusal = (code: string) => i18next.exists(`refusal.${code}`);

/** What a screen has refused, in words. */
export function refusalWords(t: Translate, code: string): string {
  const key = `refusal.${code}`;
  return i18next.exists(key) ? t(key) : t("refusal.unknown", { code });
}

/** What to do about it; empty when nothing needs doing. */
export function todoWords(t: Translate, code: string): string {
  const key = `watch.todo_${code}`;
  if (i18next.exists(key)) return t(key);
  return isRefusal(code) ? t("watch.todo_refusal") : "";
}
