import { Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ScreenState } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import classes from "./Screens.module.css";

/** How far the new programme's bytes have come. */
export function DeliveryBar({ delivery: d }: { delivery: NonNullable<ScreenState["delivery"]> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = t("watch.delivery", { done: format.bytes(d.bytes_done), total: format.bytes(d.bytes_total) });
  return (
    <div className={classes.delivery}>
      <Progress value={(100 * d.bytes_done) / Math.max(1, d.bytes_total)} size={4} aria-label={label} />
      <span>
        {label}
        {d.eta_s > 0 && ` · ${t("watch.eta", { span: format.span(d.eta_s) })}`}
      </span>
    </div>
  );
}
