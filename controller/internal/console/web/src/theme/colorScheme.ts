import type { MantineColorScheme, MantineColorSchemeManager } from "@mantine/core";

const key = "cotmoc-theme"; // public/theme.js reads it before the first paint

const known = (value: string | null): MantineColorScheme | null =>
  value === "light" || value === "dark" || value === "auto" ? value : null;

/** Keeps the colour scheme on this computer. */
export const colorScheme: MantineColorSchemeManager = {
  get: (fallback) => known(localStorage.getItem(key)) ?? fallback,
  set: (value) => localStorage.setItem(key, value),
  clear: () => localStorage.removeItem(key),
  subscribe: () => {},
  unsubscribe: () => {},
};
