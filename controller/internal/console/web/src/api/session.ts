import { type QueryClient, queryOptions, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { http } from "./http";
import { forgetBoard } from "./lastBoard";
import { askPasskey, type Ceremony, passkeyProblem } from "./passkeys";
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
    mutationFn: (body: { login: string; password: string; code?: string }) => http.post<Me>("/session", body),
    onSuccess: (me) => entered(client, me),
  });
}

/** Logs in with a passkey: the authenticator says whose it is. */
export function usePasskeyLogIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const begun = await http.post<Ceremony>("/session/passkey");
      const problem = passkeyProblem(begun.url);
      if (problem) throw problem;
      return http.post<Me>("/session/passkey/finish", await askPasskey(begun));
    },
    onSuccess: (me) => entered(client, me),
  });
}

function entered(client: QueryClient, me: Me) {
  client.clear();
  forgetBoard();
  client.setQueryData(meQuery.queryKey, me);
}

export function useLogOut() {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => http.delete("/session"), onSuccess: () => left(client) });
}

function left(client: QueryClient) {
  forgetBoard();
  client.clear();
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
