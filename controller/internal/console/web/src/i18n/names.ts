import type { Locale } from "@/api/types";

/** Each language by its own name, for choosing the console's language: never translated. */
export const localeNames: Record<Locale, string> = { vi: "Tiếng Việt", en: "English", lo: "ພາສາລາວ" };
