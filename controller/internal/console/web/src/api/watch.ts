import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import type { ScreenState, Watch } from "./types";

/** One source of truth about the screens: every page that tells of them reads this. */
export const watchQuery = queryOptions({
  queryKey: ["watch", "screens"],
  queryFn: ({ signal }) => http.get<Watch>("/watch", {}, signal),
  staleTime: Number.POSITIVE_INFINITY, // renewed by the live connection
});

export type LiveMessage =
  | ({ type: "snapshot" } & Watch)
  | { type: "screen"; screen: ScreenState }
  | { type: "gone"; id: string }
  | { type: "now"; now: string }
  | { type: "incidents" }; // have changed: ask anew

/** The watch list after a live message. */
export function afterMessage(watch: Watch | undefined, message: LiveMessage): Watch | undefined {
  switch (message.type) {
    case "snapshot":
      return { now: message.now, screens: message.screens };
    case "screen": {
      if (!watch) return watch;
      const known = watch.screens.some((s) => s.id === message.screen.id);
      const screens = known
        ? watch.screens.map((s) => (s.id === message.screen.id ? message.screen : s))
        : [...watch.screens, message.screen];
      return { ...watch, screens };
    }
    case "gone":
      return watch && { ...watch, screens: watch.screens.filter((s) => s.id !== message.id) };
    default:
      return watch;
  }
}
