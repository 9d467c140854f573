import { type QueryClient, queryOptions, skipToken, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { base } from "./http";
import type { Watch } from "./types";
import { afterMessage, type LiveMessage, watchQuery } from "./watch";

const firstWaitMs = 1000;
const longestWaitMs = 30_000;
/** Since when the live connection is gone; null while it stands. */
type Link = { downSince: number | null; serverAhead: number };
export const linkQuery = queryOptions<Link>({
  queryKey: ["watch", "link"],
  queryFn: skipToken, // told by the connection, never asked for
});

function take(client: QueryClient, text: unknown) {
  let message: LiveMessage;
  try {
    message = JSON.parse(String(text));
  } catch {
    return; // a broken message is one that the next snapshot makes good
  }
  client.setQueryData<Watch>(watchQuery.queryKey, (now) => afterMessage(now, message));
  if (message.type === "snapshot") {
    client.setQueryData<Link>(linkQuery.queryKey, {
      downSince: null,
      serverAhead: Date.parse(message.now) - Date.now(),
    });
  }
}

/** Keeps the watch list live; after a break it tries again, ever more slowly and never all at once. */
export function LiveWatch() {
  const client = useQueryClient();
  useEffect(() => {
    let socket: WebSocket | null = null;
    let timer: ReturnType<typeof setTimeout>;
    let wait = firstWaitMs;
    let left = false;
    const open = () => {
      socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${base}/watch/live`);
      socket.onmessage = (event) => {
        wait = firstWaitMs;
        take(client, event.data);
      };
      socket.onclose = () => {
        if (left) return;
        client.setQueryData<Link>(linkQuery.queryKey, (l) => ({
          downSince: l?.downSince ?? Date.now(),
          serverAhead: l?.serverAhead ?? 0,
        }));
        timer = setTimeout(open, wait * (0.8 + Math.random() * 0.4));
        wait = Math.min(wait * 2, longestWaitMs);
      };
    };
    open();
    return () => {
      left = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, [client]);
  return null;
}
