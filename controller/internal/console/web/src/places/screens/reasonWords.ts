import i18next from "i18next";

type Translate = (key: string, params?: Record<string, unknown>) => string;
interface Why {
  code: string;
  params?: Record<string, unknown> | undefined;
}

/** Why a screen is as it is, in one sentence; a code that has no words yet is named. */
export function whyWords(t: Translate, why: Why): string {
  const key = `watch.why_${why.code}`;
  return i18next.exists(key) ? t(key, why.params) : t("watch.why_unknown", { code: why.code });
}

/** What to do about it; empty when nothing needs doing. */
export function todoWords(t: Translate, code: string): string {
  const key = `watch.todo_${code}`;
  return i18next.exists(key) ? t(key) : "";
}
