import { queryOptions } from "@tanstack/react-query";
import { http } from "./http";

/** A rectangle on the sheet in steps of its grid, turned about its middle. */
export interface PlanPlace {
  x: number;
  y: number;
  w: number;
  h: number;
  turn: number;
}
export interface PlacedScreen extends PlanPlace {
  id: string;
}
export const shapeKinds = ["wall", "road", "building", "label"] as const;
export type ShapeKind = (typeof shapeKinds)[number];
export interface DrawnShape extends PlanPlace {
  kind: ShapeKind;
  text: string;
}
export interface Plan {
  screens: PlacedScreen[];
  shapes: DrawnShape[];
}
/** A plan as it is kept; version 0: nothing was drawn. */
export interface SitePlan extends Plan {
  version: number;
  updated_at: string | null;
  width: number;
  height: number;
}

export const planQuery = (cluster: string) =>
  queryOptions({
    queryKey: ["plan", cluster],
    queryFn: ({ signal }) => http.get<SitePlan>(`/clusters/${cluster}/plan`, {}, signal),
    staleTime: 20_000,
    enabled: cluster !== "",
  });

export interface PlanBody extends Plan {
  version: number;
}
export const savePlan = (cluster: string, body: PlanBody) => http.put<SitePlan>(`/clusters/${cluster}/plan`, body);
