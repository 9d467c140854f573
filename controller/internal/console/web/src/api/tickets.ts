import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Page, Screen } from "./types";

/** A file on a stick by which many screen PCs join. */
export interface Ticket {
  id: string;
  cluster: { id: string; name: string };
  profile: string;
  confirm: boolean;
  created_at: string;
  until: string;
  state: "open" | "full" | "ended" | "revoked";
  seats: { number: number; name: string; marks: string[]; screen_id: string }[];
  waiting: { pairing: string; seat: number; name: string; hostname: string; address: string; since: string }[];
}
export interface NewTicket {
  cluster_id: string;
  profile: string;
  controller: string;
  days: number;
  confirm: boolean;
  seats: { name: string; marks: string[] }[];
}

export const ticketsQuery = queryOptions({
  queryKey: ["tickets"],
  queryFn: async ({ signal }) => (await http.get<Page<Ticket>>("/tickets", {}, signal)).items,
  refetchInterval: 5000,
});

function useTicketChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const key of ["tickets", "screens", "devices", "watch"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

export const useGiveTicket = () =>
  useTicketChange((body: NewTicket) => http.post<{ ticket: Ticket; file: string }>("/tickets", body));
export const useRevokeTicket = () => useTicketChange((id: string) => http.delete(`/tickets/${id}`));
export const useConfirmPC = () =>
  useTicketChange(({ id, pairing }: { id: string; pairing: string }) =>
    http.post<Screen>(`/tickets/${id}/confirm`, { pairing }),
  );
