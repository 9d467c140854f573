import { useEffect } from "react";

/** Keeps the device's display on while the page is seen. Where browsers cannot, the device's own settings must. */
export function useWakeLock() {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let left = false;
    const ask = async () => {
      if (left || document.visibilityState !== "visible" || (lock && !lock.released)) return;
      try {
        const got = await navigator.wakeLock?.request("screen");
        if (left) void got?.release();
        else lock = got ?? null;
      } catch {
        // Refused, as on a battery that is low: nothing to be done about it.
      }
    };
    void ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      left = true;
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);
}
