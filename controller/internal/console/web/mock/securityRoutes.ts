import type { Security } from "../src/api/types.ts";
import { people } from "./people.ts";
import { found, Refusal } from "./refuse.ts";
import type { Route } from "./route.ts";
import { checkPassword } from "./session.ts";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const security: Security = {
  totp_since: null,
  recovery_codes: 0,
  passkeys: [{ id: "k1", label: "Điện thoại của tôi", created_at: ago(90_000), last_used_at: ago(190) }],
  sessions: [
    {
      id: "l1",
      browser: "Chrome",
      system: "Windows",
      address: "10.20.1.7",
      method: "passkey",
      created_at: ago(190),
      last_seen_at: ago(0),
      current: true,
    },
    {
      id: "l2",
      browser: "Safari",
      system: "iPhone",
      address: "2001:db8:1:2::9",
      method: "totp",
      created_at: ago(800),
      last_seen_at: ago(45),
      current: false,
    },
  ],
  url: "",
};

const codes = () => ({
  codes: Array.from({ length: 10 }, (_, i) => `k7m2-q4x${i}-p3wd-a5ht`),
});

export const securityRoutes: Route[] = [
  ["GET", /^\/me\/security$/, () => security],
  [
    "POST",
    /^\/me\/totp$/,
    ({ body }) => {
      checkPassword(body.password);
      return {
        secret: "K7M2Q4X3P3WDA5HTK7M2Q4X3P3WDA5HT",
        url: "otpauth://totp/cotmoc:mock",
        qr: { size: 7, path: "M0 0h7v1h-7zM0 1h1v6h-1zM6 1h1v6h-1zM1 6h5v1h-5zM2 2h3v3h-3z" },
      };
    },
  ],
  [
    "POST",
    /^\/me\/totp\/confirm$/,
    ({ body }) => {
      if (body.code !== "123456") throw new Refusal(422, "code_wrong");
      Object.assign(security, { totp_since: ago(0), recovery_codes: 10 });
      return codes();
    },
  ],
  [
    "POST",
    /^\/me\/totp\/off$/,
    ({ body }) => {
      checkPassword(body.password);
      Object.assign(security, { totp_since: null, recovery_codes: 0 });
    },
  ],
  [
    "POST",
    /^\/me\/recovery-codes$/,
    ({ body }) => {
      checkPassword(body.password);
      return codes();
    },
  ],
  [
    "DELETE",
    /^\/me\/sessions\/([^/]+)$/,
    ({ id }) => {
      security.sessions = security.sessions.filter((s) => s.id !== id);
    },
  ],
  [
    "POST",
    /^\/me\/sessions\/end-others$/,
    () => {
      security.sessions = security.sessions.filter((s) => s.current);
    },
  ],
  ["GET", /^\/people\/([^/]+)$/, ({ id }) => found(people.find((p) => p.id === id))],
  [
    "GET",
    /^\/people\/([^/]+)\/security$/,
    () => ({ ...security, sessions: security.sessions.map((s) => ({ ...s, current: false })) }),
  ],
];
