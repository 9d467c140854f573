import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { BulletinText } from "@/signing/order";
import { http } from "./http";
import type { Hand, Signer } from "./signing";
import type { Page } from "./types";

export type OrderKind = "takedown" | "bulletin" | "lift" | "place" | "safe";
export type Level = "notice" | "urgent";

export interface Receipt {
  screen_id: string;
  name: string;
  state: "waiting" | "obeyed" | "refused";
  at: string;
}
/** What screens are to obey beside their programme. */
export interface Order {
  id: string;
  kind: OrderKind;
  title: string;
  media_id: string;
  lifts: string;
  cluster: string;
  clusters: string[];
  screens: string[];
  reason: string;
  by: string[];
  at: string;
  until: string | null;
  text: BulletinText[];
  level: string;
  lifted_by: string[];
  standing: boolean;
  signed: number;
  needs: number;
  /** The person who looks has signed it, or called. */
  mine: boolean;
  refusal: string;
  /** The bytes to sign. */
  order: string;
  screens_told: number;
  screens_obeyed: number;
  receipts: Receipt[];
}
export interface OrderWish {
  kind: "takedown" | "bulletin" | "lift" | "place";
  media_id?: string;
  clusters?: string[];
  screens?: string[];
  reason?: string;
  text?: BulletinText[];
  level?: Level;
  minutes?: number;
  lifts?: string;
  cluster?: string;
}
export interface PreparedOrder {
  order: string;
  payload_type: string;
  challenge: string;
  credentials: Signer[];
  signed: number;
  needs: number;
}
export interface TakenOrder {
  id: string;
  signed: number;
  needs: number;
}
export interface BulletinTemplate {
  id: string;
  level: Level;
  minutes: number;
  text: BulletinText[];
}

/** Receipts come with every report, so the list is asked for often while somebody looks. */
export const ordersQuery = queryOptions({
  queryKey: ["orders", "standing"],
  queryFn: async ({ signal }) => (await http.get<Page<Order>>("/orders", {}, signal)).items,
  refetchInterval: 2000,
});
export const waitingOrdersQuery = queryOptions({
  queryKey: ["orders", "waiting"],
  queryFn: async ({ signal }) => (await http.get<Page<Order>>("/orders", { waiting: true }, signal)).items,
  refetchInterval: 10_000,
});
export const pastOrdersQuery = queryOptions({
  queryKey: ["orders", "all"],
  queryFn: async ({ signal }) => (await http.get<Page<Order>>("/orders", { all: true }, signal)).items,
});
export const templatesQuery = queryOptions({
  queryKey: ["bulletin-templates"],
  queryFn: async ({ signal }) => (await http.get<Page<BulletinTemplate>>("/bulletin-templates", {}, signal)).items,
  staleTime: Number.POSITIVE_INFINITY,
});

export const prepareOrder = (wish: OrderWish) => http.post<PreparedOrder>("/orders/prepare", wish);
/** One that waits for another hand, as the first has signed it. */
export const orderToSign = (id: string) => http.get<PreparedOrder>(`/orders/${id}/to-sign`);

function useOrderChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => void client.invalidateQueries({ queryKey: ["orders"] }),
  });
}
export const useGiveOrder = () =>
  useOrderChange((body: { order: string; hands: Hand[] }) => http.post<TakenOrder>("/orders", body));
export const useSignOrder = () =>
  useOrderChange(({ id, signature }: { id: string; signature: Hand }) =>
    http.post<TakenOrder>(`/orders/${id}/hands`, { signature }),
  );
export const useMakeSafe = () =>
  useOrderChange((body: { clusters: string[]; screens: string[] }) => http.post<{ ids: string[] }>("/safe", body));
