import type { Locale } from "@/api/types";
import { addDays, dateOf, wall } from "./zone";

const two = (n: number) => String(n).padStart(2, "0");

/** 05/08/2026, in every language of the console. */
export function date(instant: Date): string {
  const w = wall(instant);
  return `${two(w.day)}/${two(w.month)}/${w.year}`;
}

/** 05/08/2026 from 2026-08-05. */
export function localDate(text: string): string {
  const [y, m, d] = text.split("-");
  return y && m && d ? `${d}/${m}/${y}` : text;
}

/** 05/08 from 2026-08-05. */
export function shortDate(text: string): string {
  return localDate(text).slice(0, 5);
}

/** 17:05 */
export function time(instant: Date): string {
  const w = wall(instant);
  return `${two(w.hour)}:${two(w.minute)}`;
}

/** 17:05:09 */
export function timeWithSeconds(instant: Date): string {
  return `${time(instant)}:${two(wall(instant).second)}`;
}

/** 05/08/2026 17:05 */
export function dateTime(instant: Date): string {
  return `${date(instant)} ${time(instant)}`;
}

/** Playing time as a clock: 0:08, 1:05, 1:02:03. */
export function duration(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const h = Math.floor(total / 3600);
  const m = Math.floor((total % 3600) / 60);
  const s = total % 60;
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "8", "1:05" or "1:02:03" as milliseconds; null when it is no duration. */
export function parseDuration(text: string): number | null {
  const parts = text.trim().replace(",", ".").split(":");
  if (parts.length > 3 || parts.some((p) => !/^\d+(\.\d+)?$/.test(p))) return null;
  if (parts.slice(1).some((p) => Number(p) >= 60)) return null;
  const seconds = parts.reduce((sum, p) => sum * 60 + Number(p), 0);
  return Math.round(seconds * 1000);
}

/** 1.234,5 in Vietnamese and Lao, 1,234.5 in English. */
export function number(value: number, locale: Locale, decimals = 0): string {
  return new Intl.NumberFormat(locale === "en" ? "en-GB" : "vi-VN", {
    minimumFractionDigits: 0,
    maximumFractionDigits: decimals,
  }).format(value);
}

const units = ["B", "kB", "MB", "GB", "TB"];

/** 12,3 MB: decimal units, at most one decimal. */
export function bytes(value: number, locale: Locale): string {
  let v = Math.max(0, value);
  let unit = 0;
  while (v >= 999.5 && unit < units.length - 1) {
    v /= 1000;
    unit++;
  }
  return `${number(v, locale, unit > 0 && v < 100 ? 1 : 0)} ${units[unit]}`;
}

/** How an instant is said near now; the words for each kind are in the catalogs. */
export type Relative =
  | { kind: "now" }
  | { kind: "minutes_ago" | "minutes_ahead" | "hours_ago" | "hours_ahead"; count: number }
  | { kind: "today" | "yesterday" | "tomorrow"; time: string }
  | { kind: "absolute"; text: string };

/** Relative within the hour, by day around today, absolute beyond. */
export function relative(instant: Date, now: Date): Relative {
  const ms = instant.getTime() - now.getTime();
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 1) return { kind: "now" };
  if (minutes < 60) return { kind: ms < 0 ? "minutes_ago" : "minutes_ahead", count: minutes };
  const hours = Math.round(minutes / 60);
  if (hours < 6) return { kind: ms < 0 ? "hours_ago" : "hours_ahead", count: hours };
  const day = dateOf(instant);
  const today = dateOf(now);
  if (day === today) return { kind: "today", time: time(instant) };
  if (day === addDays(today, -1)) return { kind: "yesterday", time: time(instant) };
  if (day === addDays(today, 1)) return { kind: "tomorrow", time: time(instant) };
  return { kind: "absolute", text: dateTime(instant) };
}
