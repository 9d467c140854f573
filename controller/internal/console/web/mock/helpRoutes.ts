import type { HelpCommand } from "../src/api/help.ts";
import { found } from "./refuse.ts";
import { page, type Route } from "./route.ts";

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const command = (c: Partial<HelpCommand> & Pick<HelpCommand, "id" | "kind" | "state">, asked: number): HelpCommand => ({
  amount: 0,
  by: "Lê Thị Hoà",
  asked_at: ago(asked),
  expires_at: ago(asked - 600),
  sent_at: ago(asked),
  taken_at: ["waiting", "refused", "expired"].includes(c.state) ? null : ago(asked - 1),
  ended_at: ["waiting", "taken", "expired", "silent"].includes(c.state) ? null : ago(asked - 4),
  why: "",
  detail: "",
  has_log: c.kind === "logs" && c.state === "done",
  ...c,
});

const lines = Array.from({ length: 60 }, (_, i) => {
  const level = i % 17 === 3 ? "WARN" : i % 41 === 20 ? "ERROR" : "INFO";
  return `time=2026-11-26T07:${String(i).padStart(2, "0")}:12.480Z level=${level} msg="connected to the broker" broker=tls://10.20.0.5:8883 session=${i}`;
});

/** What every screen of the mock was asked; what is asked anew is done three seconds later. */
const asked: HelpCommand[] = [
  command(
    {
      id: "helpfailedaaaaaa",
      kind: "brightness",
      amount: 70,
      state: "failed",
      why: "tool_missing",
      detail: "cannot set the brightness: install one of the packages ddcutil, brightnessctl on the screen PC",
    },
    700,
  ),
  command({ id: "helplogsaaaaaaaa", kind: "logs", amount: 200, state: "done" }, 1500),
  command(
    {
      id: "helpoftenaaaaaaa",
      kind: "restart_pc",
      state: "refused",
      why: "too_often",
      detail: "the PC has been up for 3m20s; it is restarted after 20m0s at the earliest",
    },
    4000,
  ),
  command({ id: "helpsilentaaaaaa", kind: "restart_agent", state: "silent" }, 90_000),
  command({ id: "helpgoneaaaaaaaa", kind: "display_off", amount: 10, state: "expired" }, 95_000),
];

export const helpRoutes: Route[] = [
  ["GET", /^\/screens\/([^/]+)\/help$/, ({ query }) => page(asked, query)],
  [
    "POST",
    /^\/screens\/([^/]+)\/help$/,
    ({ body }) => {
      const c = command({ id: `help${Date.now()}`, kind: body.kind, amount: body.amount ?? 0, state: "waiting" }, 0);
      asked.unshift(c);
      setTimeout(() => Object.assign(c, { state: "taken", taken_at: ago(0) }), 1500);
      setTimeout(() => Object.assign(c, { state: "done", ended_at: ago(0), has_log: c.kind === "logs" }), 4000);
      return c;
    },
  ],
  [
    "GET",
    /^\/screens\/([^/]+)\/help\/([^/]+)\/log$/,
    ({ part }) => ({ text: found(asked.find((c) => c.id === part)) && `${lines.join("\n")}\n` }),
  ],
];
