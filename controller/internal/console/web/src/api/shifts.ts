import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";

export interface ShiftPerson {
  id: string;
  name: string;
}
export interface OnDuty {
  shift_id: string;
  person: ShiftPerson;
  began_at: string;
  /** Without an id it is offered to nobody. */
  offered_to: ShiftPerson;
}
export interface ShiftIncident {
  id: string;
  screen_id: string;
  screen_name: string;
  rule: string;
  severity: string;
  since: string;
}
export type ShiftKind = "began" | "ended" | "noted" | "offered" | "withdrawn" | "declined" | "accepted";
export interface ShiftEntry {
  seq: number;
  at: string;
  kind: ShiftKind;
  person: ShiftPerson;
  other: ShiftPerson;
  note: string;
  open: ShiftIncident[];
}
export interface ShiftStaffing {
  from: string;
  until: string;
  version: number;
}
export interface ShiftDesk {
  cluster_id: string;
  cluster_name: string;
  day: string;
  on_duty: OnDuty[];
  missing: boolean;
  open: ShiftIncident[];
  today: ShiftEntry[];
  watchers: ShiftPerson[];
  may_write: boolean;
  may_staff: boolean;
  staffing: ShiftStaffing;
}
export interface ShiftSheet {
  cluster_name: string;
  day: string;
  entries: ShiftEntry[];
  on_duty: OnDuty[];
  staffing: ShiftStaffing;
  printed_at: string;
}

export const deskQuery = (cluster: string) =>
  queryOptions({
    queryKey: ["shifts", cluster],
    queryFn: ({ signal }) => http.get<ShiftDesk>(`/shifts/${cluster}`, {}, signal),
    refetchInterval: 5000,
  });

export const sheetQuery = (cluster: string, day: string) =>
  queryOptions({
    queryKey: ["shifts", cluster, "sheet", day],
    queryFn: ({ signal }) => http.get<ShiftSheet>(`/shifts/${cluster}/sheet`, { day }, signal),
  });

export interface ShiftAct {
  act: "begin" | "end" | "note" | "offer" | "withdraw" | "accept" | "decline";
  note?: string;
  to?: string;
  shift_id?: string;
}

function useDeskAct<V>(cluster: string, act: (v: V) => Promise<ShiftDesk>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (desk) => client.setQueryData(deskQuery(cluster).queryKey, desk),
    onError: () => void client.invalidateQueries({ queryKey: ["shifts", cluster] }),
  });
}
export const useShiftAct = (cluster: string) =>
  useDeskAct(cluster, (body: ShiftAct) => http.post<ShiftDesk>(`/shifts/${cluster}`, body));
export const useSetStaffing = (cluster: string) =>
  useDeskAct(cluster, (body: ShiftStaffing) => http.put<ShiftDesk>(`/shifts/${cluster}/staffing`, body));
