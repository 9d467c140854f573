import { Skeleton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWatch } from "@/api/useWatch";
import { ScreenMark } from "@/ui/ScreenMark";
import { counts } from "../screens/worst";
import classes from "./Overview.module.css";

/** The screens in one line. */
export function ScreensLine() {
  const { t } = useTranslation();
  const watch = useWatch();
  if (watch.isPending) return <Skeleton height={52} radius="md" mb="md" />;
  return (
    <Link to="/screens" className={classes.line}>
      <strong>{t("overview.screens", { count: watch.screens.length })}</strong>
      {counts(watch.screens).map(({ state, count }) => (
        <span key={state}>
          <ScreenMark state={state} plain /> {count}
        </span>
      ))}
      <IconChevronRight size={18} aria-hidden="true" />
    </Link>
  );
}
