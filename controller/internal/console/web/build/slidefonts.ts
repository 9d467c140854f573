import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const require = createRequire(import.meta.url);

/**
 * Puts the Chinese font of slides beside the console, in its hundred pieces:
 * the controller takes from slides/ those that a slide needs. No page of the
 * console loads them.
 */
export function slideFonts(): Plugin {
  return {
    name: "cotmoc-slide-fonts",
    apply: "build",
    generateBundle() {
      const folder = dirname(require.resolve("@fontsource-variable/noto-sans-sc/package.json"));
      const ranges: Record<string, string> = JSON.parse(readFileSync(join(folder, "unicode.json"), "utf8"));
      const pieces: Record<string, string> = {};
      for (const [key, range] of Object.entries(ranges)) {
        const piece = /^\[(\d+)\]$/.exec(key)?.[1]; // the others are Latin and Cyrillic
        if (!piece) continue;
        pieces[piece] = range;
        this.emitFile({
          type: "asset",
          fileName: `slides/noto-sans-sc-${piece}.woff2`,
          source: readFileSync(join(folder, `files/noto-sans-sc-${piece}-wght-normal.woff2`)),
        });
      }
      this.emitFile({ type: "asset", fileName: "slides/noto-sans-sc.json", source: JSON.stringify(pieces) });
    },
  };
}
