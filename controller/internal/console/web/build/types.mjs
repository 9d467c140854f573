// Writes .generated/api.d.ts from the document that the controller prints of
// its API, so that the type check fails when console and server disagree.
// COTMOC_OPENAPI names a file with the document in place of running Go.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const module = join(web, "../../../..");
const file = process.env.COTMOC_OPENAPI;
const text = file
  ? readFileSync(file, "utf8")
  : execFileSync("go", ["run", "./controller", "openapi"], {
      cwd: module,
      encoding: "utf8",
      maxBuffer: 64 << 20,
    });
const out = join(web, ".generated");
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "api.d.ts"), astToString(await openapi(JSON.parse(text))));
