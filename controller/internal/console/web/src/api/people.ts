import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Grant, Page, Person, Token, Unit } from "./types";

export const peopleQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["people", q],
    queryFn: ({ pageParam, signal }) => http.get<Page<Person>>("/people", { q, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: (previous) => previous,
  });

export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ["people", "one", id],
    queryFn: ({ signal }) => http.get<Person>(`/people/${id}`, {}, signal),
  });

export const unitsQuery = queryOptions({
  queryKey: ["units"],
  queryFn: async ({ signal }) => (await http.get<Page<Unit>>("/units", { limit: 200 }, signal)).items,
  staleTime: 60_000,
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: async ({ signal }) => (await http.get<Page<Token>>("/tokens", { limit: 200 }, signal)).items,
});

function useChange<V, R>(keys: string[], change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

export interface NewPerson {
  login: string;
  name: string;
  unit_id: string;
  grants: Grant[];
  password?: string;
}
export const useAddPerson = () =>
  useChange(["people", "units"], (body: NewPerson) => http.post<Person>("/people", body));
export const usePatchPerson = () =>
  useChange(
    ["people", "units"],
    ({ id, ...body }: { id: string; name?: string; unit_id?: string; grants?: Grant[]; disabled?: boolean }) =>
      http.patch<Person>(`/people/${id}`, body),
  );
export const useSetPassword = () =>
  useChange(["people"], ({ id, password }: { id: string; password: string }) =>
    http.post(`/people/${id}/password`, { password }),
  );
export const useAddUnit = () =>
  useChange(["units"], (body: { name: string; short_name: string; valid_from: string }) =>
    http.post<Unit>("/units", body),
  );
export interface UnitPatch {
  id: string;
  name?: string;
  valid_from?: string;
  successor_ids?: string[];
  ended_on?: string;
}
export const usePatchUnit = () =>
  useChange(["units"], ({ id, ...body }: UnitPatch) => http.patch<Unit>(`/units/${id}`, body));
export const useAddToken = () =>
  useChange(["tokens"], (body: { password: string; name: string; expires_at?: string }) =>
    http.post<Token>("/tokens", body),
  );
export const useDeleteToken = () => useChange(["tokens"], (id: string) => http.delete(`/tokens/${id}`));
