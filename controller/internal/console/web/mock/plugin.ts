import type { Plugin } from "vite";
import { answer } from "./answer.ts";
import { liveSocket } from "./live.ts";

/** Answers /api/v1 from memory while developing; no part of any build. */
export function mock(): Plugin {
  return {
    name: "cotmoc-mock",
    apply: (_, env) => env.command === "serve",
    configureServer(server) {
      server.middlewares.use(answer);
      server.httpServer?.on("upgrade", liveSocket);
    },
    configurePreviewServer(server) {
      server.middlewares.use(answer);
      server.httpServer?.on("upgrade", liveSocket);
    },
  };
}
