import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInbox } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { FindState } from "@/api/sources";
import classes from "./Sources.module.css";

const icons = { waiting: IconInbox, taken: IconCircleCheck, rejected: IconCircleX };

/** What was decided about a page, by shape, colour and word. */
export function FindMark({ state, changed = false }: { state: FindState; changed?: boolean }) {
  const { t } = useTranslation();
  const Icon = changed ? IconAlertTriangle : icons[state];
  return (
    <span className={classes.mark} data-state={changed ? "changed" : state}>
      <Icon size={15} stroke={1.8} aria-hidden="true" />
      {t(changed ? "sources.changed" : `sources.state_${state}`)}
    </span>
  );
}
