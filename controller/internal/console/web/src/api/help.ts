import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import type { Page } from "./types";

export type HelpKind =
  | "refresh"
  | "capture"
  | "logs"
  | "restart_browser"
  | "restart_agent"
  | "restart_pc"
  | "display_on"
  | "display_off"
  | "brightness"
  | "volume";
export type HelpState = "waiting" | "taken" | "done" | "refused" | "failed" | "expired" | "silent";

/** Something that a screen PC was asked for from afar, and what became of it. */
export interface HelpCommand {
  id: string;
  kind: HelpKind;
  amount: number;
  by: string;
  state: HelpState;
  asked_at: string;
  /** It does not begin after that. */
  expires_at: string;
  sent_at: string | null;
  taken_at: string | null;
  ended_at: string | null;
  why: string;
  detail: string;
  has_log: boolean;
}

const open = (c: HelpCommand) => c.state === "waiting" || c.state === "taken";

/** Asked for often while an answer is due. */
export const helpQuery = (screen: string) =>
  queryOptions({
    queryKey: ["help", screen],
    queryFn: async ({ signal }) => (await http.get<Page<HelpCommand>>(`/screens/${screen}/help`, {}, signal)).items,
    refetchInterval: (query) => (query.state.data?.some(open) ? 1000 : 15_000),
  });

export const helpLogQuery = (screen: string, command: string) =>
  queryOptions({
    queryKey: ["help-log", command],
    queryFn: async ({ signal }) =>
      (await http.get<{ text: string }>(`/screens/${screen}/help/${command}/log`, {}, signal)).text,
    staleTime: Number.POSITIVE_INFINITY,
  });

export function useAskHelp(screen: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { kind: HelpKind; amount?: number }) => http.post<HelpCommand>(`/screens/${screen}/help`, body),
    onSuccess: (c) => {
      client.setQueryData(helpQuery(screen).queryKey, (all) => [c, ...(all ?? [])]);
      void client.invalidateQueries({ queryKey: ["help", screen] });
    },
  });
}
