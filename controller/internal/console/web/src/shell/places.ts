import {
  IconCalendarTime,
  IconChecklist,
  IconDeviceDesktop,
  IconHome2,
  IconPhoto,
  IconPlaylist,
  IconReportAnalytics,
  IconSettings,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Place } from "@/api/types";
import { judging } from "@/api/upstream";
import { isHere } from "./isHere";

export interface PlaceLink {
  place: Place;
  to: string;
  icon: TablerIcon;
  /** Key of a shorter name for the phone's bottom bar. */
  short?: string;
}

/** The places of the console in the order of the work. */
const placeLinks: readonly PlaceLink[] = [
  { place: "overview", to: "/", icon: IconHome2 },
  { place: "content", to: "/content", icon: IconPhoto },
  { place: "review", to: "/review", icon: IconChecklist },
  { place: "playlists", to: "/playlists", icon: IconPlaylist, short: "place.short_playlists" },
  { place: "schedule", to: "/schedule", icon: IconCalendarTime, short: "place.short_schedule" },
  { place: "screens", to: "/screens", icon: IconDeviceDesktop },
  { place: "reports", to: "/reports", icon: IconReportAnalytics },
  { place: "admin", to: "/admin", icon: IconSettings },
];

/** Pages of one of these places that do not begin with its address. */
const elsewhere: readonly [string, readonly Place[]][] = [
  ["/sources/sites", ["content", "admin"]],
  ["/sources", ["content"]],
  ["/slides", ["content"]],
  ["/publications", ["schedule"]],
];

/** Pages that take one of these rights more than their place; the first that fits counts. */
const special: readonly [string, readonly string[]][] = [
  ["/sources/changes", judging],
  ["/sources/sites", ["add_media", "manage_people"]],
  ["/sources", ["add_media"]],
  ["/schedule/entries/new", ["edit_plans"]],
  ["/screens/bulletin", ["issue_bulletin"]],
  ["/reports/audit", ["read_audit"]],
];

/** The places that a page is of, the main one first; none of what is everybody's. */
function placesOf(pathname: string): readonly Place[] {
  const own = placeLinks.find((l) => isHere(pathname, l.to))?.place;
  return elsewhere.find(([to]) => isHere(pathname, to))?.[1] ?? (own ? [own] : []);
}

/** The place that a page is of; undefined of what is of none. */
export const placeOf = (pathname: string): Place | undefined => placesOf(pathname)[0];

/** Whether a page is of somebody's work; those of no place are everybody's. */
export function isOf(pathname: string, { places, rights }: { places: readonly Place[]; rights: readonly string[] }) {
  const of = placesOf(pathname);
  const any = special.find(([to]) => isHere(pathname, to))?.[1];
  return (of.length === 0 || of.some((p) => places.includes(p))) && (!any || any.some((r) => rights.includes(r)));
}

/** The links for a person's places. Whoever only watches the screens has the watch view alone. */
export function linksFor(places: readonly Place[]): PlaceLink[] {
  const onlyWatches = places.every((p) => p === "overview" || p === "screens") && places.includes("screens");
  return placeLinks.filter((l) => places.includes(l.place) && !(onlyWatches && l.place === "overview"));
}
