import { useEffect, useState } from "react";

/** Gives the focus back to what had it before, once a dialog that lives only while it is open has gone. */
export function useFocusBack() {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    [before],
  );
}
