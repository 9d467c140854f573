import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./OnlyReads.module.css";

/** Fields as they are for somebody who may look and not change: all there, none of them taking anything. */
export function OnlyReads({ when, children }: { when: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  if (!when) return children;
  return (
    <fieldset className={classes.reads} disabled>
      <legend>{t("app.only_reads")}</legend>
      {children}
    </fieldset>
  );
}
