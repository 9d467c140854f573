import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Page } from "./types";

export const alertKinds = ["email", "webhook", "telegram", "zalo"] as const;
export type AlertKind = (typeof alertKinds)[number];
export const severities = ["info", "warning", "critical"] as const;
export type Severity = (typeof severities)[number];

/** Where alerts go. Secrets go in and never come back; only their names do. */
export interface AlertChannel {
  id: string;
  unit_id: string;
  cluster_id: string;
  kind: AlertKind;
  name: string;
  language: string;
  least: Severity;
  level: number;
  quiet_from: string;
  quiet_until: string;
  quiet_critical: boolean;
  enabled: boolean;
  host: string;
  port: number;
  security: string;
  user: string;
  from: string;
  url: string;
  app_id: string;
  targets: string[];
  held: string[];
  version: number;
  changed_at: string;
}

export interface AlertSecrets {
  password?: string;
  key?: string;
  token?: string;
  app_secret?: string;
  access_token?: string;
  refresh_token?: string;
}

export type AlertChannelBody = Omit<AlertChannel, "id" | "held" | "changed_at"> & { secrets: AlertSecrets };

/** Why something failed; no reason when nothing did. */
export interface AlertTrouble {
  reason: string;
  params: Record<string, unknown>;
}

export interface AlertTried {
  target: string;
  arrived: boolean;
  doubt: boolean;
  trouble: AlertTrouble;
}

export type AlertState = "waiting" | "handed" | "gathered" | "sent" | "unsure" | "failed" | "dropped";

/** One message for one target. */
export interface AlertDelivery {
  id: number;
  channel_id: string;
  target: string;
  incident_id: string;
  text: string;
  severity: Severity;
  state: AlertState;
  attempts: number;
  doubts: number;
  created_at: string;
  next_at: string;
  done_at: string;
  trouble: AlertTrouble;
}

/** The address that is called while the controller lives. */
export interface DeadMan {
  host: string;
  asked_at: string;
  heard_at: string;
  trouble: AlertTrouble;
}

export const channelsQuery = queryOptions({
  queryKey: ["alerts", "channels"],
  queryFn: async ({ signal }) => (await http.get<Page<AlertChannel>>("/alerts/channels", {}, signal)).items,
});

export const deliveriesQuery = (open: boolean, language: string) =>
  infiniteQueryOptions({
    queryKey: ["alerts", "deliveries", open, language],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<AlertDelivery>>("/alerts/deliveries", { open, language, cursor: pageParam, limit: 30 }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    refetchInterval: 10_000,
  });

export const deadManQuery = queryOptions({
  queryKey: ["alerts", "dead-man"],
  queryFn: ({ signal }) => http.get<DeadMan>("/alerts/dead-man", {}, signal),
  refetchInterval: 30_000,
});

function useAlertsAct<V, R>(act: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => void client.invalidateQueries({ queryKey: ["alerts"] }),
  });
}

export const useSaveChannel = () =>
  useAlertsAct(({ id, ...body }: AlertChannelBody & { id: string | undefined }) =>
    id ? http.put<AlertChannel>(`/alerts/channels/${id}`, body) : http.post<AlertChannel>("/alerts/channels", body),
  );
export const useRemoveChannel = () => useAlertsAct((id: string) => http.delete(`/alerts/channels/${id}`));
export const useTestChannel = () =>
  useAlertsAct(async (id: string) => (await http.post<Page<AlertTried>>(`/alerts/channels/${id}/test`)).items);
export const useSetDeadMan = () => useAlertsAct((url: string) => http.put<DeadMan>("/alerts/dead-man", { url }));

/** Go's zero time: there was none. */
export const never = (at: string) => at.startsWith("0001-");

/** A key that nobody guesses, for signing. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}
