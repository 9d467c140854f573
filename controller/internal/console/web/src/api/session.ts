import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { http } from "./http";
import type { Me, Place } from "./types";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => http.get<Me>("/me", {}, signal),
  staleTime: 60_000,
});

/** The person logged in; only below the shell, which has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export function useLogIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { login: string; password: string }) => http.post<Me>("/session", body),
    onSuccess: (me) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
    },
  });
}

export function useLogOut() {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => http.delete("/session"), onSuccess: () => client.clear() });
}

export function usePatchMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<Pick<Me, "locale" | "theme" | "name">>) => http.patch<Me>("/me", body),
    onSuccess: (me) => client.setQueryData(meQuery.queryKey, me),
  });
}

export function useChangePassword() {
  return useMutation({ mutationFn: (body: { old: string; new: string }) => http.post("/me/password", body) });
}

export const may = (me: Me, place: Place) => me.places.includes(place);
