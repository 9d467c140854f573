import { useQuery } from "@tanstack/react-query";
import { useNow } from "@/time/useNow";
import { linkQuery } from "./LiveWatch";
import type { ScreenState } from "./types";
import { watchQuery } from "./watch";

const none: ScreenState[] = [];

/** The screens now, the server's present, and since when the live connection is gone. */
export function useWatch(enabled = true) {
  const query = useQuery({ ...watchQuery, enabled });
  const link = useQuery(linkQuery).data;
  const here = useNow(5000);
  const now = new Date(here.getTime() + (link?.serverAhead ?? 0));
  return {
    ...query,
    screens: query.data?.screens ?? none,
    now,
    downSince: link?.downSince ?? null,
    ended: link?.ended ?? false,
  };
}
