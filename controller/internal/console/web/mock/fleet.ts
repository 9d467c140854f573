import type { Screen, ScreenState, ScreenStatus } from "../src/api/types.ts";
import { media } from "./media.ts";
import { clusters } from "./people.ts";

const make = (id: string, name: string, at: number, profile: string, tags: string[]): Screen => ({
  id,
  name,
  cluster: { id: clusters[at]?.id ?? "", name: clusters[at]?.name ?? "" },
  profile,
  tags,
  time_zone: "Asia/Ho_Chi_Minh",
});

export const screens: Screen[] = [
  make("s1", "LED cổng chào", 0, "1080p-landscape", ["LED", "ngoài trời"]),
  make("s2", "Sảnh làm thủ tục", 0, "1080p-landscape", ["trong nhà"]),
  make("s3", "Tủ tra cứu nhà chờ", 0, "1080p-portrait", ["trong nhà"]),
  make("s4", "LED vòng xuyến", 1, "1080p-landscape", ["LED", "ngoài trời"]),
  make("s5", "Nhà điều hành", 1, "1080p-landscape", ["trong nhà"]),
];
// COTMOC_MOCK_SCREENS=1000 shows how the pages bear a whole province.
for (let n = screens.length + 1; n <= Number(process.env.COTMOC_MOCK_SCREENS ?? 0); n++)
  screens.push(make(`s${n}`, `LED số ${n}`, n % 2, n % 3 ? "1080p-landscape" : "1080p-portrait", ["LED"]));

const ago = (s: number) => new Date(Date.now() - s * 1000).toISOString();
const states: Record<string, [ScreenStatus, string, number]> = {
  s1: ["playing", "", 4],
  s2: ["behind", "downloading", 11],
  s3: ["offline", "silent", 1340],
  s4: ["playing", "", 9],
  s5: ["slate", "safe", 21],
};

function kinds(n: number): [ScreenStatus, string, number] {
  if (n % 10 === 9) return ["late", "report_late", 50];
  return n % 25 === 6 ? ["wrong", "glass_wrong", 5] : ["playing", "", 5];
}

const problems: Record<string, ScreenState["problems"]> = {
  s2: [{ code: "refused", params: { refusal: "bad_signature", count: 4 }, since: ago(5400) }],
  s3: [
    { code: "takedown_pending", params: { count: 1 }, since: ago(3100) },
    { code: "unattended_soon", params: { days: 5 }, since: ago(9000) },
  ],
  s4: [{ code: "charter_behind", params: { held: 2, wanted: 3 }, since: ago(600) }],
  s5: [{ code: "disk_low", params: { free: 1_800_000_000 }, since: ago(7200) }],
};

/** Captures of most screens: one of the wrong page, one of an hour ago. */
function captureOf(id: string, state: ScreenStatus, url: string): ScreenState["capture"] {
  const n = Number(id.slice(1));
  if (state === "never" || n % 7 === 2) return null;
  const at = ago(state === "offline" ? 1400 : 20 + ((n * 37) % 100));
  if (state === "wrong")
    return {
      witness: n % 2 ? "browser" : "camera",
      finding: "wrong",
      at,
      url: "/api/v1/pictures/9/480x270.svg",
      width: 480,
      height: 270,
    };
  return { witness: n % 3 ? "browser" : "camera", finding: "right", at, url, width: 480, height: 270 };
}

export function stateOf(screen: Screen): ScreenState {
  const [state, reason, seconds] = states[screen.id] ?? kinds(Number(screen.id.slice(1)));
  const index = (Number(screen.id.slice(1)) * 4 + Math.floor(Date.now() / 12_000)) % 5;
  const shown = media.filter((m) => m.state === "approved")[index];
  const seen = state === "never" ? null : ago(seconds % 25 === 0 ? seconds : seconds + (Date.now() % 5000) / 1000);
  return {
    ...screen,
    state,
    reason: reason ? { code: reason, params: { witness: "browser" } } : null,
    since: ago(seconds + 600),
    showing:
      state === "never" || !shown
        ? null
        : {
            kind: state === "slate" ? "slate" : "item",
            media_id: shown.id,
            title: shown.title,
            thumbnail_url: shown.thumbnail_url,
            digest: "sha256-x",
            since: ago(8),
          },
    due: shown
      ? { media_id: shown.id, title: shown.title, thumbnail_url: shown.thumbnail_url, digest: "sha256-x" }
      : null,
    capture: captureOf(screen.id, state, shown?.thumbnail_url ?? ""),
    programme: {
      wanted: { counter: 12, issued_at: ago(4000) },
      held: { counter: state === "behind" ? 11 : 12, issued_at: ago(state === "behind" ? 90_000 : 4000) },
    },
    delivery:
      state === "behind" ? { stage: "received", bytes_done: 31_000_000, bytes_total: 84_000_000, eta_s: 220 } : null,
    disk: { free: screen.id === "s5" ? 1_800_000_000 : 24_000_000_000, total: 32_000_000_000 },
    clock: { state: screen.id === "s4" ? "plausible" : "trusted", offset_ms: 12 },
    trust: {
      charter: { held: screen.id === "s4" ? 2 : 3, wanted: 3 },
      orders: { held: 41, wanted: screen.id === "s3" ? 42 : 41 },
      latched: screen.id === "s5" ? [{ id: "o2", kind: "safe", local: true, since: ago(1200) }] : [],
      heard_at: ago(screen.id === "s3" ? 4 * 86_400 : 200),
      late_at: ago(screen.id === "s3" ? -5 * 86_400 : -60 * 86_400),
      refused: screen.id === "s2" ? { bad_signature: 3, rolled_back: 1 } : {},
    },
    version: "0.2.0",
    boot_id: "b1",
    last_seen_at: seen,
    player_url: `http://127.0.0.1:900${screen.id.slice(1)}/`,
    problems: problems[screen.id] ?? [],
  };
}
