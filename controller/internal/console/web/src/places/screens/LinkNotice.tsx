import { IconLock, IconPlugConnectedX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { useWatch } from "@/api/useWatch";
import { dateTime, time } from "@/time/format";
import { dateOf } from "@/time/zone";
import classes from "./LinkNotice.module.css";

/** Says loudly that what is seen is old: the line to the server is gone, or the session has ended. */
export function LinkNotice({ watch }: { watch: Pick<ReturnType<typeof useWatch>, "downSince" | "ended"> }) {
  const { t } = useTranslation();
  if (watch.downSince === null) return null;
  const since = new Date(watch.downSince);
  const at = dateOf(since) === dateOf(new Date()) ? time(since) : dateTime(since);
  return (
    <div className={classes.notice} role="alert">
      {watch.ended ? <IconLock size={24} aria-hidden="true" /> : <IconPlugConnectedX size={24} aria-hidden="true" />}
      <strong>{t(watch.ended ? "wall.ended" : "wall.link_down", { at })}</strong>
      {watch.ended && (
        <Link to="/login" search={{ to: location.pathname, ended: undefined }}>
          {t("wall.log_in")}
        </Link>
      )}
    </div>
  );
}
