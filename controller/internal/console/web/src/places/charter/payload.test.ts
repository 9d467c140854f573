import { expect, test } from "vitest";
import { asFault } from "@/api/problem";
import { utf8 } from "@/signing/bytes";
import { readPayload } from "./payload";

const signed = {
  number: 1,
  issued_at: 0,
  expires_at: 86_400_000,
  programme_keys: [{ id: "k" }],
  people: [],
  pins: [{ clusters: ["*"] }],
};

test("a charter without release signers has none", () => {
  const c = readPayload(utf8(JSON.stringify(signed)), []);
  expect([c.release_signers, c.release_threshold]).toEqual([[], 0]);
  const some = { ...signed, release_signers: [{ holder: "An", key: "a" }], release_threshold: 1 };
  expect(readPayload(utf8(JSON.stringify(some)), []).release_signers).toEqual(some.release_signers);
});

test("a fault of the page is not called a lost connection", () => {
  expect(asFault(new TypeError("x is undefined")).reason).toBe("console_fault");
  expect(asFault(new TypeError("Failed to fetch dynamically imported module: /a.js")).reason).toBe("no_connection");
});
