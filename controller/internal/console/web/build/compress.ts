import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const compressible = /\.(js|css|svg|json)$/;
const worthIt = 1024;

/** Leaves a .gz beside every text asset, so that the controller need not compress while it serves. */
export function compress(): Plugin {
  let folder = "";
  return {
    name: "cotmoc-compress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        const file = join(folder, entry);
        if (!compressible.test(entry) || !statSync(file).isFile()) continue;
        const body = readFileSync(file);
        if (body.length > worthIt) writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
      }
    },
  };
}
