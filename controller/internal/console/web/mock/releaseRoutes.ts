import type { AgentRelease, ReleaseOverview, ReleasePlan } from "../src/api/releases.ts";
import { screens } from "./fleet.ts";
import { clusters } from "./people.ts";
import type { Route } from "./route.ts";

const ago = (m: number) => new Date(Date.now() - m * 60_000).toISOString();
const release = (version: string, notes: string, here = true): AgentRelease => ({
  id: version.replaceAll(".", "").padEnd(64, "0"),
  version,
  floor: version === "1.5.0" ? "1.4.2" : version,
  from: "",
  notes,
  issued_at: ago(5000),
  expires_at: ago(-400_000),
  added_at: ago(2000),
  added_by: "Phan Đức Anh",
  stands: true,
  builds: [
    { os: "linux", arch: "amd64", sha256: "a".repeat(64), size: 17_400_000, here: true },
    { os: "linux", arch: "arm64", sha256: "b".repeat(64), size: 16_100_000, here },
  ],
});
const releases = [
  release("1.5.0", "Nhận biết màn hình đen nhanh hơn.\nSửa lỗi giật khi đổi video."),
  release("1.4.2", "Sửa lỗi đồng hồ sau mất điện."),
  release("1.4.1", "", false),
];

let plan: ReleasePlan | null = {
  id: "aaaaaaaaaaaaaaaa",
  release_id: releases[0]?.id ?? "",
  version: "1.5.0",
  first_screen: "s2",
  clusters: clusters.slice(0, 2).map((c) => c.id),
  soak_minutes: 30,
  state: "halted",
  stage: 1,
  why: "rolled_back",
  why_screen: "s3",
  by: { name: "Phan Đức Anh", at: ago(200) },
  started: { name: "Lê Thị Hà", at: ago(180) },
  changed: null,
  ended_at: null,
  screens: screens.map((s) => ({
    id: s.id,
    name: s.name,
    cluster_id: s.cluster.id,
    stage: s.id === "s2" ? 0 : s.cluster.id === clusters[0]?.id ? 1 : 2,
    state:
      s.id === "s2" ? "healthy" : s.id === "s3" ? "failed" : s.cluster.id === clusters[0]?.id ? "offered" : "waiting",
    reason: s.id === "s3" ? "no_picture" : "",
  })),
};

const overview = (): ReleaseOverview => ({
  releases,
  plan,
  past: plan ? [{ ...plan, id: "b", version: "1.4.2", state: "done", ended_at: ago(9000) }] : [],
  clusters: clusters.slice(0, 2).map((c) => ({
    ...c,
    screens: screens
      .filter((s) => s.cluster.id === c.id)
      .map((s) => ({
        id: s.id,
        name: s.name,
        online: s.id !== "s3",
        version: s.id === "s2" ? "1.5.0" : "1.4.2",
        state: s.id === "s3" ? "rolled_back" : s.id === "s1" ? "fetching" : "confirmed",
        reason: s.id === "s3" ? "no_picture" : "",
      })),
  })),
  threshold: 2,
  signers: 3,
  may_start: true,
});

export const releaseRoutes: Route[] = [
  ["GET", /^\/releases$/, overview],
  [
    "POST",
    /^\/release-plans\/\w+\/end$/,
    () => {
      plan = null;
      return undefined;
    },
  ],
];
