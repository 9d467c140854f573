import { infiniteQueryOptions, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Named, Page } from "./types";

export type Severity = "info" | "warning" | "critical";

export interface Incident {
  id: string;
  rule: string;
  severity: Severity;
  /** Null for a whole cluster's. */
  screen: Named | null;
  cluster: Named;
  code: string;
  params: Record<string, unknown>;
  since: string;
  opened_at: string;
  /** When what was wrong was gone; null while it stands. */
  good_since: string | null;
  recovered: boolean;
  flaps: number;
  owner: Named | null;
  taken_at: string | null;
  closed_at: string | null;
  /** Null when it was over by itself. */
  closed_by: Named | null;
  close_reason: string;
  hints: { code: string; params: Record<string, unknown> }[];
  members: { screen: string; name: string; last_at: string; back: boolean }[];
  may_handle: boolean;
}
export interface IncidentEntry {
  seq: number;
  at: string;
  kind: string;
  by: Named | null;
  to: Named | null;
  severity: Severity;
  reason: string;
  text: string;
  params: Record<string, unknown>;
}
export interface IncidentDetail extends Incident {
  evidence: { screen: string; witness: string; finding: string; digest: string; at: string }[];
  entries: IncidentEntry[];
}
export interface IncidentCounts {
  critical: number;
  warning: number;
  info: number;
  untaken: number;
  mine: number;
}
export interface MaintenanceWindow {
  id: string;
  screen: Named | null;
  cluster: Named;
  from: string;
  until: string;
  reason: string;
  by: Named;
  suppressed: number;
}
export interface Runbook {
  name: string;
  language: string;
  title: string;
  blocks: { kind: "step" | "warning" | "text"; text: string }[];
}
export interface IncidentFilter {
  state?: "open" | "closed" | "all";
  mine?: boolean;
  cluster?: string | undefined;
  rule?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
}

/** The rules in the order people see them. */
export const rules = [
  "wrong_content",
  "takedown",
  "black",
  "no_picture",
  "frozen",
  "contested",
  "tampered",
  "peer_lying",
  "group_offline",
  "offline",
  "refused",
  "slate",
  "stale",
  "clock",
  "cache",
  "disk",
  "temperature",
  "restarting",
  "late",
  "behind",
  "certificate",
  "nobody_on_shift",
  "trouble",
] as const;
export const closeReasons = [
  "repaired",
  "power_back",
  "line_back",
  "restarted",
  "planned",
  "false_alarm",
  "duplicate",
  "other",
] as const;

/** The live connection says when to ask anew; without it nothing stays old for long. */
const fallback = 30_000;

export const incidentsQuery = (filter: IncidentFilter) =>
  infiniteQueryOptions({
    queryKey: ["incidents", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<Incident>>("/incidents", { ...filter, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    refetchInterval: fallback,
  });
export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ["incidents", "one", id],
    queryFn: ({ signal }) => http.get<IncidentDetail>(`/incidents/${id}`, {}, signal),
    refetchInterval: fallback,
  });
export const incidentCountsQuery = queryOptions({
  queryKey: ["incidents", "counts"],
  queryFn: ({ signal }) => http.get<IncidentCounts>("/incidents/counts", {}, signal),
  refetchInterval: fallback,
});
export const handlersQuery = (id: string) =>
  queryOptions({
    queryKey: ["incidents", "handlers", id],
    queryFn: async ({ signal }) => (await http.get<Page<Named>>(`/incidents/${id}/handlers`, {}, signal)).items,
  });
export const maintenanceQuery = queryOptions({
  queryKey: ["incidents", "maintenance"],
  queryFn: async ({ signal }) => (await http.get<Page<MaintenanceWindow>>("/maintenance", {}, signal)).items,
  refetchInterval: fallback,
});
export const runbookQuery = (name: string, language: string) =>
  queryOptions({
    queryKey: ["runbooks", name, language],
    queryFn: ({ signal }) => http.get<Runbook>(`/runbooks/${name}`, { language }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** How many incidents are open for the person; zero for whom screens are no work. */
export function useOpenIncidents(enabled: boolean): number {
  const c = useQuery({ ...incidentCountsQuery, enabled }).data;
  return c ? c.critical + c.warning : 0;
}

/** The window in which a screen is worked on now. */
export function useWindowOf(screen: { id: string; cluster: Named }, now: Date): MaintenanceWindow | undefined {
  const at = now.toISOString();
  return useQuery(maintenanceQuery).data?.find(
    (w) => (w.screen ? w.screen.id === screen.id : w.cluster.id === screen.cluster.id) && w.from <= at && at < w.until,
  );
}

function useIncidentChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: ["incidents"] }),
  });
}
export const useAcknowledge = () =>
  useIncidentChange((id: string) => http.post<Incident>(`/incidents/${id}/acknowledge`));
export const useRelease = () => useIncidentChange((id: string) => http.post<Incident>(`/incidents/${id}/release`));
export const useComment = () =>
  useIncidentChange(({ id, text }: { id: string; text: string }) =>
    http.post<Incident>(`/incidents/${id}/comments`, { text }),
  );
export const useHandOver = () =>
  useIncidentChange(({ id, ...body }: { id: string; to: string; text: string }) =>
    http.post<Incident>(`/incidents/${id}/hand-over`, body),
  );
export const useCloseIncident = () =>
  useIncidentChange(({ id, ...body }: { id: string; reason: string; text: string }) =>
    http.post<Incident>(`/incidents/${id}/close`, body),
  );
export const useReopen = () => useIncidentChange((id: string) => http.post<Incident>(`/incidents/${id}/reopen`));
export const usePlanMaintenance = () =>
  useIncidentChange((body: { screen_id?: string; cluster_id?: string; from?: string; until: string; reason: string }) =>
    http.post<MaintenanceWindow>("/maintenance", body),
  );
export const useEndMaintenance = () => useIncidentChange((id: string) => http.delete(`/maintenance/${id}`));
