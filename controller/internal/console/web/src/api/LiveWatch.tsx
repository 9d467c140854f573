import { type QueryClient, queryOptions, skipToken, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { base } from "./http";
import { keepBoard, toBoard } from "./lastBoard";
import { asProblem } from "./problem";
import { meQuery } from "./session";
import type { Watch } from "./types";
import { afterMessage, type LiveMessage, watchQuery } from "./watch";

const firstWaitMs = 1000;
const longestWaitMs = 30_000;
/** The server says something every 20 s; a line that says nothing for longer is dead, whatever the browser thinks. */
const silenceMs = 50_000;
/** Since when the live connection is gone; null while it stands. Ended: nobody is logged in any more. */
type Link = { downSince: number | null; serverAhead: number; ended: boolean };
export const linkQuery = queryOptions<Link>({
  queryKey: ["watch", "link"],
  queryFn: skipToken, // told by the connection, never asked for
});

/** How often what is seen is kept for a time without a line. */
const keepMs = 30_000;

function keep(client: QueryClient) {
  const watch = client.getQueryData(watchQuery.queryKey);
  const me = client.getQueryData(meQuery.queryKey);
  const link = client.getQueryData(linkQuery.queryKey);
  if (watch && me && link?.downSince === null) keepBoard(toBoard(watch, me, new Date()));
}

const upright: Link = { downSince: null, serverAhead: 0, ended: false };

function take(client: QueryClient, text: unknown) {
  let message: LiveMessage;
  try {
    message = JSON.parse(String(text));
  } catch {
    return; // a broken message is one that the next snapshot makes good
  }
  if (message.type === "incidents") {
    void client.invalidateQueries({ queryKey: ["incidents"] });
    return;
  }
  client.setQueryData<Watch>(watchQuery.queryKey, (now) => afterMessage(now, message));
  if (message.type === "snapshot" || message.type === "now") {
    client.setQueryData<Link>(linkQuery.queryKey, { ...upright, serverAhead: Date.parse(message.now) - Date.now() });
  }
}

/** Keeps the watch list live; after a break it tries again, ever more slowly and never all at once. */
export function LiveWatch() {
  const client = useQueryClient();
  useEffect(() => {
    let socket: WebSocket | null = null;
    let retry: ReturnType<typeof setTimeout>;
    let silence: ReturnType<typeof setTimeout>;
    let wait = firstWaitMs;
    let heard = 0;
    let left = false;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => lose(), silenceMs);
    };
    /** Gives a connection up at once: closing a dead one may take the browser minutes. */
    const lose = () => {
      const dead = socket;
      socket = null;
      if (dead) {
        dead.onclose = null;
        dead.onmessage = null;
        dead.close();
      }
      clearTimeout(silence);
      if (left) return;
      client.setQueryData<Link>(linkQuery.queryKey, (l = upright) => ({
        ...l,
        downSince: l.downSince ?? (heard || Date.now()),
      }));
      retry = setTimeout(open, wait * (0.8 + Math.random() * 0.4));
      wait = Math.min(wait * 2, longestWaitMs);
      void stillMe();
    };
    /** Whether the session is over, which a browser is not told of a refused connection. */
    const stillMe = async () => {
      try {
        await client.fetchQuery({ ...meQuery, staleTime: 0, retry: false });
      } catch (error) {
        if (asProblem(error).status === 401)
          client.setQueryData<Link>(linkQuery.queryKey, (l = upright) => ({ ...l, ended: true }));
      }
    };
    const open = () => {
      socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${base}/watch/live`);
      socket.onmessage = (event) => {
        wait = firstWaitMs;
        heard = Date.now();
        listen();
        take(client, event.data);
      };
      socket.onclose = lose;
      listen();
    };
    const hurry = () => {
      if (socket || left) return;
      clearTimeout(retry);
      wait = firstWaitMs;
      open();
    };
    open();
    const keeping = setInterval(() => keep(client), keepMs);
    const leaving = () => document.visibilityState === "hidden" && keep(client);
    document.addEventListener("visibilitychange", leaving);
    window.addEventListener("online", hurry);
    return () => {
      left = true;
      clearInterval(keeping);
      document.removeEventListener("visibilitychange", leaving);
      window.removeEventListener("online", hurry);
      clearTimeout(retry);
      lose();
    };
  }, [client]);
  return null;
}
