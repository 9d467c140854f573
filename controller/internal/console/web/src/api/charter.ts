import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { SigningCredential } from "./signing";
import type { CredentialKind } from "./types";

/** What a person's signature counts for, in the order people see them. */
export const capacities = ["review", "approve", "take_down", "bulletin", "lift", "place"] as const;
export type Capacity = (typeof capacities)[number];
export type Standing = "active" | "retired" | "compromised";

export interface CharterCredential {
  id: string;
  kind: CredentialKind;
  algorithm: string;
  rp_id: string;
  independent: boolean;
  label: string;
}
export interface CharterPerson {
  id: string;
  name: string;
  may: Capacity[];
  clusters: string[];
  valid_from: string | null;
  valid_until: string | null;
  standing: Standing;
  kept: boolean;
  credentials: CharterCredential[];
}
/** A key that signs charters, by its public half in base64. */
export interface Root {
  holder: string;
  key: string;
}
/** A name at which passkeys sign. */
export interface Party {
  id: string;
  origins: string[];
}
export interface Charter {
  number: number;
  epoch: number;
  issued_at: string;
  expires_at: string;
  roots: Root[];
  root_threshold: number;
  programme_keys: string[];
  relying_parties: Party[];
  people: CharterPerson[];
  lift_threshold: number;
  independent_decision: boolean;
  max_unattended_days: number;
  pins: { id: string; clusters: string[] }[];
  /** Who signs code for screen PCs; empty for no updates. */
  release_signers: Root[];
  release_threshold: number;
}
export interface CharterState {
  mode: "none" | "charter";
  charter?: Charter | null;
  /** For administrators. */
  envelope?: string;
  history: { number: number; issued_at: string; expires_at: string; digest: string }[];
  pending_credentials: SigningCredential[];
  programme_key: string;
  /** Where passkeys sign in this console; absent when they cannot. */
  relying_party?: Party | null;
}
export interface CharterChange {
  kind: string;
  subject: string;
  before: string;
  after: string;
}
export interface CharterDraft {
  payload: string;
  number: number;
  changes: CharterChange[];
}
export interface DraftPerson {
  id: string;
  may: Capacity[];
  clusters: string[];
  valid_from: string | null;
  valid_until: string | null;
  standing: Standing;
  kept: "all_approved" | "none";
  credentials: string[];
}
export interface DraftBody {
  expires_at: string;
  lift_threshold: number;
  independent_decision: boolean;
  max_unattended_days: number;
  raise_epoch: boolean;
  new_programme_key: boolean;
  roots: Root[];
  root_threshold: number;
  relying_parties: Party[];
  people: DraftPerson[];
  pins: { id?: string; clusters: string[]; pin?: string }[];
  release_signers: Root[];
  release_threshold: number;
}

export const charterQuery = queryOptions({
  queryKey: ["charter"],
  queryFn: ({ signal }) => http.get<CharterState>("/charter", {}, signal),
  staleTime: 30_000,
});

/** Whether decisions are signed: from the first charter on. Null until that is known. */
export function useCharterMode(enabled = true): "none" | "charter" | null {
  return useQuery({ ...charterQuery, enabled }).data?.mode ?? null;
}

export const useDraftCharter = () =>
  useMutation({ mutationFn: (body: DraftBody) => http.post<CharterDraft>("/charter/draft", body) });

export function useAcceptCharter() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (envelope: string) => http.post<CharterState>("/charter", { envelope }),
    onSuccess: (state) => {
      client.setQueryData(charterQuery.queryKey, state);
      void client.invalidateQueries({ queryKey: ["signing-credentials"] });
      void client.invalidateQueries({ queryKey: ["queue"] });
    },
  });
}
