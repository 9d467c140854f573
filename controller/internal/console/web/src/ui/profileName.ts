import i18next from "i18next";

/** A screen shape's name; a shape of one site that has no name in the catalogs is shown by its id. */
export function profileName(t: (key: string) => string, profile: string): string {
  const key = `profile.${profile.replaceAll("-", "_")}`;
  return i18next.exists(key) ? t(key) : profile;
}
