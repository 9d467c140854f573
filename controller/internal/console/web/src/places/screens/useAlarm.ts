import { useMemo } from "react";
import type { useWatch } from "@/api/useWatch";
import type { Trouble } from "./trouble";
import { useNewTrouble } from "./useNewTrouble";
import { useSound } from "./useSound";

/** A broken line is trouble once it has lasted: a restart of the controller takes some seconds. */
const lineMs = 30_000;
const lineLost: readonly Trouble[] = [{ key: "line", critical: true }];
const none: readonly Trouble[] = [];

/** The sound of a page of the watch view: for what is new on the board, and when its own line is gone. */
export function useAlarm(watch: ReturnType<typeof useWatch>) {
  const sound = useSound();
  const down = watch.downSince !== null && Date.now() - watch.downSince > lineMs;
  const screens = useMemo(() => (watch.data ? watch.data.screens : null), [watch.data]);
  const { unheard, iHeard } = useNewTrouble({
    screens,
    muted: sound.muted > 0,
    onSound: sound.sound,
    more: down ? lineLost : none,
  });
  return { sound, unheard, iHeard };
}
