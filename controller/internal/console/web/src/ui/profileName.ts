import i18next from "i18next";

/** The pixels of a screen shape, read from its name; nothing of a name that says none. */
export function profileSize(profile: string): { width: number; height: number } | null {
  const built = /^(1080|2160)p-(landscape|portrait)$/.exec(profile);
  if (built) {
    const short = Number(built[1]);
    const long = (short * 16) / 9;
    return built[2] === "landscape" ? { width: long, height: short } : { width: short, height: long };
  }
  const site = /^site-(\d+)x(\d+)$/.exec(profile);
  return site ? { width: Number(site[1]), height: Number(site[2]) } : null;
}

export function isTall(profile: string): boolean {
  const size = profileSize(profile);
  return size !== null && size.height > size.width;
}

/** A screen shape's name: a wall of a site is called by its size. */
export function profileName(t: (key: string, values?: Record<string, unknown>) => string, profile: string): string {
  const key = `profile.${profile.replaceAll("-", "_")}`;
  if (i18next.exists(key)) return t(key);
  const size = profileSize(profile);
  return size ? t("profile.site", { size: `${size.width} × ${size.height}` }) : profile;
}
