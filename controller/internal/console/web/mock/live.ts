import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Fleet comes with the screens. */
export function liveSocket(request: IncomingMessage, socket: Duplex) {
  if (request.url?.startsWith("/api/v1/")) socket.destroy();
}
