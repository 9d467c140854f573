import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { screens, stateOf } from "./fleet.ts";

/** One text frame of a server, unmasked. */
function frame(message: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  let head = Buffer.from([0x81, text.length]);
  if (text.length > 0xffff) {
    head = Buffer.alloc(10);
    head.writeUInt16BE(0x817f, 0);
    head.writeBigUInt64BE(BigInt(text.length), 2);
  } else if (text.length >= 126) head = Buffer.from([0x81, 126, text.length >> 8, text.length & 255]);
  return Buffer.concat([head, text]);
}

/** Just enough of a WebSocket to say how the screens are every few seconds. */
export function liveSocket(request: IncomingMessage, socket: Duplex) {
  if (!request.url?.startsWith("/api/v1/watch/live")) return;
  const accept = createHash("sha1")
    .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.write(frame({ type: "snapshot", now: new Date().toISOString(), screens: screens.map(stateOf) }));
  const timer = setInterval(() => {
    for (const s of screens) socket.write(frame({ type: "screen", screen: stateOf(s) }));
  }, 3000);
  const stop = () => clearInterval(timer);
  socket.on("close", stop);
  socket.on("error", stop);
  socket.on("data", () => {});
}
