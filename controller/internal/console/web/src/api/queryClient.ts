import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { forgetBoard } from "./lastBoard";
import { asProblem } from "./problem";

/** The event that the session has ended while the console was open. */
export const sessionEnded = "cotmoc-session-ended";

const watchSession = (error: unknown) => {
  if (asProblem(error).status !== 401) return;
  forgetBoard();
  window.dispatchEvent(new Event(sessionEnded));
};

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: watchSession }),
    mutationCache: new MutationCache({ onError: watchSession }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // Only a missing or overloaded server may answer better a second time.
        retry: (count, error) => count < 2 && [0, 502, 503].includes(asProblem(error).status),
      },
    },
  });
}
