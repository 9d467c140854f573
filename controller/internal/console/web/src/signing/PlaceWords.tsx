import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import classes from "./Signing.module.css";

/** What happens to a screen that a signed order places elsewhere. */
export function PlaceWords({ from, to }: { from: string; to: string }) {
  const { t } = useTranslation();
  const clusters = useQuery(clustersQuery).data ?? [];
  const name = (id: string) => clusters.find((c) => c.id === id)?.name ?? id;
  return (
    <ul className={classes.happens}>
      <li>{t("order.place_leaves", { cluster: name(from) })}</li>
      <li>{t("order.place_enters", { cluster: name(to) })}</li>
      <li>{t("order.place_offline")}</li>
    </ul>
  );
}
