import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { base, http } from "./http";
import { toProblem } from "./problem";

export interface AgentBuild {
  os: string;
  arch: string;
  sha256: string;
  size: number;
  /** Its bytes are at the controller. */
  here: boolean;
}
/** A version of the agent that its holders have signed. */
export interface AgentRelease {
  id: string;
  version: string;
  floor: string;
  from: string;
  notes: string;
  issued_at: string;
  expires_at: string;
  added_at: string;
  added_by: string;
  stands: boolean;
  builds: AgentBuild[];
}
export type PlannedState = "waiting" | "offered" | "healthy" | "absent" | "failed" | "left";
export interface PlannedScreen {
  id: string;
  name: string;
  cluster_id: string;
  stage: number;
  state: PlannedState;
  reason: string;
  since?: string | null;
}
export type PlanState = "proposed" | "running" | "paused" | "halted" | "done" | "ended" | "undone";
export interface Doer {
  name: string;
  at: string;
}
/** Brings a release to clusters, one after another. */
export interface ReleasePlan {
  id: string;
  release_id: string;
  version: string;
  first_screen: string;
  clusters: string[];
  soak_minutes: number;
  state: PlanState;
  stage: number;
  why: string;
  why_screen: string;
  by: Doer;
  started?: Doer | null;
  changed?: Doer | null;
  ended_at?: string | null;
  screens: PlannedScreen[];
}
export interface ScreenVersion {
  id: string;
  name: string;
  online: boolean;
  version: string;
  state: string;
  reason: string;
}
export interface ClusterVersions {
  id: string;
  name: string;
  screens: ScreenVersion[];
}
export interface ReleaseOverview {
  releases: AgentRelease[];
  plan?: ReleasePlan | null;
  past: ReleasePlan[];
  clusters: ClusterVersions[];
  threshold: number;
  signers: number;
  may_start: boolean;
}
export type PlanMove = "start" | "pause" | "resume" | "end" | "back";

export const releasesQuery = queryOptions({
  queryKey: ["releases"],
  queryFn: ({ signal }) => http.get<ReleaseOverview>("/releases", {}, signal),
  refetchInterval: 3000,
});

function useReleaseChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => void client.invalidateQueries({ queryKey: ["releases"] }),
  });
}

/** Takes in a release's file and then the programs that it names; which is which the sizes say, and the server. */
export const useAddRelease = () =>
  useReleaseChange(async (files: File[]) => {
    const [signed] = files.filter((f) => f.size < 1 << 20);
    if (!signed) throw toProblem(400, { code: "invalid", reason: "release_file_missing" });
    const envelope = btoa(String.fromCharCode(...new TextEncoder().encode((await signed.text()).trim())));
    const release = await http.post<AgentRelease>("/releases", { envelope });
    for (const file of files) {
      if (file !== signed) await putBuild(release, file);
    }
    return release;
  });

export const useAddBuilds = () =>
  useReleaseChange(async ({ release, files }: { release: AgentRelease; files: File[] }) => {
    for (const file of files) await putBuild(release, file);
  });

async function putBuild(release: AgentRelease, file: File): Promise<void> {
  let refused: unknown = toProblem(400, { code: "invalid", reason: "build_missing" });
  for (const b of release.builds.filter((b) => b.size === file.size)) {
    const response = await fetch(`${base}/releases/${release.id}/builds/${b.sha256}`, {
      method: "PUT",
      credentials: "same-origin",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
    if (response.ok) return;
    refused = toProblem(response.status, await response.json().catch(() => undefined));
  }
  throw refused;
}

export const useProposeRelease = () =>
  useReleaseChange((body: { release_id: string; first_screen: string; clusters: string[]; soak_minutes: number }) =>
    http.post<ReleasePlan>("/release-plans", body),
  );
export const useMoveRelease = () =>
  useReleaseChange(({ id, move }: { id: string; move: PlanMove }) =>
    http.post<ReleasePlan>(`/release-plans/${id}/${move}`),
  );
