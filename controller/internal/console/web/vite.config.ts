import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./build/compress.ts";
import { slideFonts } from "./build/slidefonts.ts";
import { mock } from "./mock/plugin.ts";

// COTMOC_API=http://127.0.0.1:8080 develops against a running controller;
// without it the mock server in mock/ answers.
const controller = process.env.COTMOC_API;

export default defineConfig({
  plugins: [react(), slideFonts(), compress(), ...(controller ? [] : [mock()])],
  cacheDir: ".vite",
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The controller puts a fresh nonce in place of this word (handler.go).
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the page's policy allows no data: fonts
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { host: "127.0.0.1", proxy: controller ? { "/api": { target: controller, ws: true } } : {} },
});
