import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

type Catalog = Record<string, string>;
const src = join(__dirname, "..");

function read(locale: string): Catalog {
  const folder = join(__dirname, locale);
  const all: Catalog = {};
  for (const file of readdirSync(folder)) {
    const part: Catalog = JSON.parse(readFileSync(join(folder, file), "utf8"));
    for (const [key, value] of Object.entries(part)) {
      expect(key, `${locale}/${file}: key of another file`).toMatch(new RegExp(`^${file.replace(".json", "")}\\.`));
      all[key] = value;
    }
  }
  return all;
}

const catalogs = { vi: read("vi"), en: read("en"), lo: read("lo") };

function sources(): { file: string; text: string }[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((f) => /\.tsx?$/.test(f) && !f.includes(".test."))
    .map((f) => ({ file: f, text: readFileSync(join(src, f), "utf8") }));
}

/** Only English has a form of its own for one. */
const keys = (c: Catalog) => Object.keys(c).filter((k) => !k.endsWith("_one"));
const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+(?:, \w+)?)\s*\}\}/g)].map((m) => m[1]).sort();

describe("catalogs", () => {
  test("every key exists in Vietnamese, English and Lao, and none is empty", () => {
    expect(keys(catalogs.en).sort()).toEqual(keys(catalogs.vi).sort());
    expect(keys(catalogs.lo).sort()).toEqual(keys(catalogs.vi).sort());
    for (const c of Object.values(catalogs)) expect(Object.values(c).filter((v) => v.trim() === "")).toEqual([]);
  });

  test("placeholders are the same in all three", () => {
    for (const key of keys(catalogs.vi)) {
      const wanted = new Set(placeholders(catalogs.vi[key] ?? ""));
      for (const locale of ["en", "lo"] as const) {
        expect(new Set(placeholders(catalogs[locale][key] ?? "")), `${locale} ${key}`).toEqual(wanted);
      }
    }
  });

  test("texts are NFC", () => {
    for (const c of Object.values(catalogs)) {
      for (const [key, value] of Object.entries(c)) expect(value, key).toBe(value.normalize("NFC"));
    }
  });

  test("every key used in the code exists, and every key is used", () => {
    const used = new Set<string>();
    const prefixes = new Set<string>();
    for (const { text } of sources()) {
      // Keys stand in quotes; composed keys begin with a fixed part in a template: `state.${x}`.
      for (const m of text.matchAll(/["']([a-z_]+\.[a-z0-9_]+)["']/g)) used.add(m[1] ?? "");
      for (const m of text.matchAll(/`([a-z_]+\.[a-z0-9_]*)\$\{/g)) prefixes.add(m[1] ?? "");
      for (const m of text.matchAll(/\bt\(\s*["']([^"']+)["']/g)) {
        expect(catalogs.vi, `t(${m[1]})`).toHaveProperty([m[1] ?? ""]);
      }
    }
    const unused = keys(catalogs.vi).filter((k) => !used.has(k) && ![...prefixes].some((p) => k.startsWith(p)));
    expect(unused).toEqual([]);
  });

  test("no words for people stand in the code", { timeout: 60_000 }, () => {
    const found: string[] = [];
    const spoken = new Set(["label", "title", "placeholder", "aria-label", "description", "alt", "hint"]);
    const words = /\p{L}{2,}/u;
    const allowed = new Set(["cotmoc", "Ctrl K"]);
    for (const { file, text } of sources().filter((s) => s.file.endsWith(".tsx"))) {
      const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
      const visit = (node: ts.Node) => {
        if (ts.isJsxText(node) && words.test(node.text) && !allowed.has(node.text.trim()))
          found.push(`${file}: ${node.text.trim()}`);
        if (
          ts.isJsxAttribute(node) &&
          spoken.has(node.name.getText()) &&
          node.initializer &&
          ts.isStringLiteral(node.initializer)
        ) {
          if (words.test(node.initializer.text)) found.push(`${file}: ${node.initializer.text}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(tree);
    }
    expect(found).toEqual([]);
  });
});
