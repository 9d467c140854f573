import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { CredentialKind, MediaState, Page } from "./types";

/** A key with which the person may sign, as the charter names it. */
export interface Signer {
  id: string;
  kind: CredentialKind;
  label: string;
  rp_id: string;
  /** Of a passkey, base64url. */
  credential_id: string;
  /** Signs in the independent client alone. */
  independent: boolean;
}

/** A person's own signature; bytes in base64. */
export interface Hand {
  credential: string;
  sig: string;
  authenticator_data: string | null;
  client_data: string | null;
}

export interface Prepared {
  statements: { media_id: string; statement: string }[];
  payload_type: string;
  payload: string;
  challenge: string;
  credentials: Signer[];
}

/** A key that somebody has offered; it counts once a charter names it. */
export interface SigningCredential {
  id: string;
  person_id: string;
  person_name: string;
  kind: CredentialKind;
  algorithm: string;
  label: string;
  rp_id: string;
  independent: boolean;
  named: boolean;
  created_at: string;
}

export const prepareDecisions = (act: "review" | "approve", items: { media_id: string; seen: string[] }[]) =>
  http.post<Prepared>("/decisions/prepare", { act, items });

export function useGiveDecisions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { statements: string[]; batch: string | null; signature: Hand }) =>
      http.post<{ results: { media_id: string; state: MediaState }[] }>("/decisions", body),
    // A refusal comes of what has changed meanwhile.
    onSettled: () => {
      for (const key of [["queue"], ["media"]]) void client.invalidateQueries({ queryKey: key });
    },
  });
}

export const signingCredentialsQuery = queryOptions({
  queryKey: ["signing-credentials", "own"],
  queryFn: async ({ signal }) => (await http.get<Page<SigningCredential>>("/signing-credentials", {}, signal)).items,
});

export const allSigningCredentialsQuery = queryOptions({
  queryKey: ["signing-credentials", "all"],
  queryFn: async ({ signal }) =>
    (await http.get<Page<SigningCredential>>("/signing-credentials", { all: true }, signal)).items,
});

function useCredentialChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["signing-credentials"] });
      void client.invalidateQueries({ queryKey: ["charter"] });
    },
  });
}

export const useOfferKeyFile = () =>
  useCredentialChange((body: { password: string; label: string; public_key: string; independent: boolean }) =>
    http.post<SigningCredential>("/signing-credentials/key-file", body),
  );
export const useOfferPasskey = () =>
  useCredentialChange(async ({ password, label }: { password: string; label: string }) => {
    const options = await http.post<unknown>("/signing-credentials/passkey/begin", { password });
    const { makePasskey } = await import("./passkeys");
    const { credential } = await makePasskey({ ceremony: "", options, url: "" });
    return http.post<SigningCredential>("/signing-credentials/passkey/finish", { label, response: credential });
  });
export const useDropCredential = () => useCredentialChange((id: string) => http.delete(`/signing-credentials/${id}`));
