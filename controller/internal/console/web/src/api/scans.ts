import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import type { Media } from "./types";

export type ScanLanguage = "vi" | "en" | "lo" | "zh" | "other";

/** How often readers of a language used a code on a day. */
export interface ScansOfDay {
  day: string;
  language: ScanLanguage;
  scans: number;
}
/** How often the codes of a slide were used. */
export interface Scans {
  media_id: string;
  title: string;
  state: Media["state"];
  total: number;
  days: ScansOfDay[];
}
export interface ScanReport {
  /** Whether the controller has a public address for counted codes. */
  offered: boolean;
  /** The first day. */
  since: string;
  items: Scans[];
}

export const scansQuery = (days: number) =>
  queryOptions({
    queryKey: ["scans", days],
    queryFn: ({ signal }) => http.get<ScanReport>("/scans", { days }, signal),
    refetchOnMount: "always",
  });

export const slideScansQuery = (media: string, days: number) =>
  queryOptions({
    queryKey: ["scans", "slide", media, days],
    queryFn: ({ signal }) => http.get<ScanReport>(`/slides/${media}/scans`, { days }, signal),
    refetchOnMount: "always", // phones tell the console nothing
    placeholderData: (previous) => previous,
  });

/** Whether codes can be counted here; that changes with the controller's settings alone. */
export const countedCodesQuery = queryOptions({
  queryKey: ["scans", "offered"],
  queryFn: async ({ signal }) => (await http.get<ScanReport>("/scans", { days: 1 }, signal)).offered,
  staleTime: 600_000,
});

/** The scans of each day from the first to the last, days without any too. */
export function perDay(days: readonly ScansOfDay[], all: readonly string[]): { day: string; scans: number }[] {
  const sums = new Map<string, number>();
  for (const d of days) sums.set(d.day, (sums.get(d.day) ?? 0) + d.scans);
  return all.map((day) => ({ day, scans: sums.get(day) ?? 0 }));
}

/** The scans by the language that readers wanted, the most first. */
export function perLanguage(days: readonly ScansOfDay[]): { language: ScanLanguage; scans: number }[] {
  const sums = new Map<ScanLanguage, number>();
  for (const d of days) sums.set(d.language, (sums.get(d.language) ?? 0) + d.scans);
  return [...sums].map(([language, scans]) => ({ language, scans })).sort((a, b) => b.scans - a.scans);
}
