import type { BulletinText } from "@/signing/order";

export type Texts = Record<"vi" | "lo" | "en", { title: string; body: string }>;

/** Stands in a template where somebody must write. */
const blank = "___";
const most = 600;

/** The languages that say something, as they would be signed. */
export function filled(text: Texts): BulletinText[] {
  return Object.entries(text)
    .map(([language, x]) => ({ language, title: x.title.trim(), body: x.body.trim() }))
    .filter((x) => x.title !== "");
}

/** The languages with a blank left in them. */
export const blanks = (text: Texts) =>
  filled(text)
    .filter((x) => `${x.title}${x.body}`.includes(blank))
    .map((x) => x.language);

/** The languages with more than a screen can show. */
export const tooLong = (text: Texts) => filled(text).filter((x) => [...x.title, ...x.body].length > most);
