import { useQueueCount } from "@/api/review";
import { useMe } from "@/api/session";
import { type PlaceLink, placeLinks } from "./places";

/** The places this person's work needs, with how many things wait there. */
export function usePlaces(): (PlaceLink & { count: number })[] {
  const me = useMe();
  const waiting = useQueueCount(me.places.includes("review"));
  return placeLinks
    .filter((l) => me.places.includes(l.place))
    .map((l) => ({ ...l, count: l.place === "review" ? waiting : 0 }));
}
