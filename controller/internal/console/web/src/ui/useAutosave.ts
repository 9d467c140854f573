import { useCallback, useEffect, useRef, useState } from "react";

export type SaveState = "idle" | "dirty" | "saving" | "saved" | "failed";

/**
 * Saves a value a moment after it last changed, one save at a time, and says how it stands.
 * What has not been saved yet is saved when the page is left.
 */
export function useAutosave<T>(save: (value: T) => Promise<unknown>, delay = 700) {
  const [state, setState] = useState<SaveState>("idle");
  const [error, setError] = useState<unknown>(null);
  const pending = useRef<{ value: T } | null>(null);
  const running = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const saver = useRef(save);
  saver.current = save;

  const flush = useCallback(async () => {
    clearTimeout(timer.current);
    if (running.current) return;
    running.current = true;
    try {
      while (pending.current) {
        const { value } = pending.current;
        pending.current = null;
        setState("saving");
        await saver.current(value);
      }
      setError(null);
      setState("saved");
    } catch (problem) {
      setError(problem);
      setState("failed");
    } finally {
      running.current = false;
    }
  }, []);

  const change = useCallback(
    (value: T) => {
      pending.current = { value };
      setState("dirty");
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), delay);
    },
    [delay, flush],
  );

  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => {
      if (!pending.current) return;
      void flush();
      event.preventDefault();
    };
    window.addEventListener("beforeunload", leave);
    return () => {
      window.removeEventListener("beforeunload", leave);
      if (pending.current) void flush();
    };
  }, [flush]);

  return { state, error, change, flush };
}
