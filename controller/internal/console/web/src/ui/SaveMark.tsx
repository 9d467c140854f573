import { IconAlertTriangle, IconCheck, IconDots } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./SaveMark.module.css";
import type { SaveState } from "./useAutosave";

const icons = { dirty: IconDots, saving: IconDots, saved: IconCheck, failed: IconAlertTriangle };
const words = { dirty: "app.saving", saving: "app.saving", saved: "app.saved", failed: "app.save_failed" };

/** Says how the automatic saving stands. It keeps its width, so that nothing moves. */
export function SaveMark({ state }: { state: SaveState }) {
  const { t } = useTranslation();
  if (state === "idle") return <span className={classes.mark} />;
  const Icon = icons[state];
  return (
    <span className={classes.mark} data-state={state} role="status">
      <Icon size={15} stroke={2} aria-hidden="true" />
      {t(words[state])}
    </span>
  );
}
