import { useEffect, useMemo, useState } from "react";
import { fetchRendition, type Seen } from "./evidence";
import type { Statement } from "./statement";

export interface Wanted {
  key: string;
  media: string;
  profile: string;
  digest: string;
  mime: string;
}
/** A rendition: not here yet, here, or not to be had. */
export type Evidence = Seen | "failed" | undefined;

export const wantedOf = (s: Statement): Wanted[] =>
  s.subject.map((x) => ({
    key: `${x.digest.sha256}/${s.predicate.media}/${x.name}`,
    media: s.predicate.media,
    profile: x.name,
    digest: x.digest.sha256,
    mime: x.mediaType,
  }));

/** So many at a time: a batch may name hundreds. */
const lanes = 3;

/** Fetches and hashes every rendition that the statements name. */
export function useEvidence(statements: Statement[]) {
  const [attempt, setAttempt] = useState({});
  const run = useMemo(() => ({ attempt, wanted: statements.flatMap(wantedOf) }), [attempt, statements]);
  const wanted = run.wanted;
  const [found, setFound] = useState<Record<string, Evidence>>({});
  useEffect(() => {
    const stop = new AbortController();
    const made: string[] = [];
    const queue = [...run.wanted];
    const lane = async () => {
      for (let w = queue.shift(); w && !stop.signal.aborted; w = queue.shift()) {
        const { key } = w;
        let seen: Evidence = "failed";
        try {
          seen = await fetchRendition(w, stop.signal);
          made.push(seen.url);
        } catch {
          if (stop.signal.aborted) return;
        }
        setFound((f) => ({ ...f, [key]: seen }));
      }
    };
    setFound({});
    for (let i = 0; i < lanes; i++) void lane();
    return () => {
      stop.abort();
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [run]);
  const all = wanted.map((w) => found[w.key]);
  const here = all.filter((s) => s !== undefined && s !== "failed");
  return {
    found,
    total: wanted.length,
    done: here.length,
    failed: all.includes("failed"),
    differs: here.some((s) => !s.same),
    complete: wanted.length > 0 && here.length === wanted.length && here.every((s) => s.same),
    again: () => setAttempt({}),
  };
}
