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

/** Pages of a place that do not begin with its address. */
const elsewhere: readonly [string, Place][] = [
  ["/sources", "content"],
  ["/slides", "content"],
  ["/publications", "schedule"],
];

/** Pages that take one right more than their place. */
const special: readonly [string, string][] = [
  ["/sources", "add_media"],
  ["/schedule/entries/new", "edit_plans"],
  ["/screens/bulletin", "issue_bulletin"],
  ["/reports/audit", "read_audit"],
];

/** The place that a page is of; undefined of what is of none. */
export function placeOf(pathname: string): Place | undefined {
  return elsewhere.find(([to]) => isHere(pathname, to))?.[1] ?? placeLinks.find((l) => isHere(pathname, l.to))?.place;
}

/** Whether a page is of somebody's work; those of no place are everybody's. */
export function isOf(pathname: string, { places, rights }: { places: readonly Place[]; rights: readonly string[] }) {
  const place = placeOf(pathname);
  const right = special.find(([to]) => isHere(pathname, to))?.[1];
  return (!place || places.includes(place)) && (!right || rights.includes(right));
}

/** The links for a person's places. Whoever only watches the screens has the watch view alone. */
export function linksFor(places: readonly Place[]): PlaceLink[] {
  const onlyWatches = places.every((p) => p === "overview" || p === "screens") && places.includes("screens");
  return placeLinks.filter((l) => places.includes(l.place) && !(onlyWatches && l.place === "overview"));
}
