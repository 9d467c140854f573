import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";
import type { Restored } from "./types";

/** Screens that hold more than this controller knows of, as after a restore. */
export const restoredQuery = queryOptions({
  queryKey: ["watch", "restored"],
  queryFn: ({ signal }) => http.get<Restored>("/restored", {}, signal),
  refetchInterval: 30_000,
});
