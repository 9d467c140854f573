import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";

/** How slides of a unit look. */
export interface Brand {
  name: string;
  /** #rrggbb */
  main: string;
  accent: string;
  /** A small JPEG in base64, or "". */
  emblem: string;
  /** 0 when the unit has set none. */
  version: number;
}
export interface BrandChange {
  name: string;
  main: string;
  accent: string;
  /** A picture file in base64; what there is stays without. */
  emblem?: string;
  drop_emblem: boolean;
  version: number;
}

export const brandQuery = (unit: string) =>
  queryOptions({
    queryKey: ["brand", unit],
    queryFn: ({ signal }) => http.get<Brand>(`/units/${unit}/brand`, {}, signal),
  });

export function useSetBrand(unit: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: BrandChange) => http.put<Brand>(`/units/${unit}/brand`, change),
    onSuccess: (brand) => client.setQueryData(brandQuery(unit).queryKey, brand),
  });
}
