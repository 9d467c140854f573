import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import { type Ceremony, makePasskey } from "./passkeys";
import type { Enrolment, Passkey, Security } from "./types";

export const securityQuery = queryOptions({
  queryKey: ["security", "me"],
  queryFn: ({ signal }) => http.get<Security>("/me/security", {}, signal),
});

export const securityOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["security", id],
    queryFn: ({ signal }) => http.get<Security>(`/people/${id}/security`, {}, signal),
  });

function useSecurityChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => void client.invalidateQueries({ queryKey: ["security"] }),
  });
}

export const useBeginTotp = () =>
  useSecurityChange((password: string) => http.post<Enrolment>("/me/totp", { password }));
export const useConfirmTotp = () =>
  useSecurityChange((code: string) => http.post<{ codes: string[] }>("/me/totp/confirm", { code }));
export const useEndTotp = () => useSecurityChange((password: string) => http.post("/me/totp/off", { password }));
export const useRecoveryCodes = () =>
  useSecurityChange((password: string) => http.post<{ codes: string[] }>("/me/recovery-codes", { password }));

export const useAddPasskey = () =>
  useSecurityChange(async (body: { password: string; label: string }) => {
    const begun = await http.post<Ceremony>("/me/passkeys", body);
    return http.post<Passkey>("/me/passkeys/finish", await makePasskey(begun));
  });
export const useDeletePasskey = () => useSecurityChange((id: string) => http.delete(`/me/passkeys/${id}`));

export const useEndSession = () => useSecurityChange((id: string) => http.delete(`/me/sessions/${id}`));
export const useEndOtherSessions = () => useSecurityChange(() => http.post("/me/sessions/end-others"));
export const useEndSessionsOf = () => useSecurityChange((id: string) => http.post(`/people/${id}/sessions/end`));
export const useDropFactors = () => useSecurityChange((id: string) => http.delete(`/people/${id}/factors`));
