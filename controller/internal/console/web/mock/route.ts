import type { IncomingMessage, ServerResponse } from "node:http";

export interface Call {
  id: string;
  part: string;
  query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: the mock takes what the console sends
  body: any;
  request: IncomingMessage;
  response: ServerResponse;
}
export type Route = [method: string, pattern: RegExp, handle: (call: Call) => unknown];

/** One page of a list: the cursor is the next index. */
export function page<T>(items: T[], query: URLSearchParams) {
  const limit = Math.min(200, Number(query.get("limit") ?? 60));
  const start = Number(query.get("cursor") || 0);
  const next = start + limit;
  return { items: items.slice(start, next), next_cursor: next < items.length ? String(next) : "", total: items.length };
}

const fold = (s: string) => s.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

export const matches = (text: string, q: string | null) => !q || fold(text).includes(fold(q));
