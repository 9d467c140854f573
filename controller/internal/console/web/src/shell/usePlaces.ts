import { useOpenIncidents } from "@/api/incidents";
import { useQueueCount } from "@/api/review";
import { useMe } from "@/api/session";
import { linksFor, type PlaceLink } from "./places";

/** The places this person's work needs, with how many things wait there. */
export function usePlaces(): (PlaceLink & { count: number })[] {
  const me = useMe();
  const waiting = useQueueCount(me.places.includes("review"));
  const incidents = useOpenIncidents(me.places.includes("screens"));
  const counts: Partial<Record<string, number>> = { review: waiting, screens: incidents };
  return linksFor(me.places).map((l) => ({ ...l, count: counts[l.place] ?? 0 }));
}
