import { useEffect, useState } from "react";

/** What had the focus when a dialog opened; of a menu, which closes as the dialog opens, the button that opened it. */
function opener() {
  const at = document.activeElement;
  const menu = at?.closest("[role=menu]");
  return (menu && document.getElementById(menu.getAttribute("aria-labelledby") ?? "")) || at;
}

/** Gives the focus back to what had it before, once a dialog that lives only while it is open has gone. */
export function useFocusBack() {
  const [before] = useState(opener);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      // What was clicked may have gone with what the dialog did to it.
      else if (document.activeElement === document.body)
        document.getElementById("main")?.focus({ preventScroll: true });
    },
    [before],
  );
}
