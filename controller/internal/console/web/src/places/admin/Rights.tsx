import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { unitsQuery } from "@/api/people";
import type { Grant } from "@/api/types";
import classes from "../account/Account.module.css";

/** What somebody may do, a sentence a role: "Được duyệt nội dung của mọi đơn vị, phát tại mọi cụm." */
export function Rights({ grants }: { grants: Grant[] }) {
  const { t } = useTranslation();
  const units = useQuery(unitsQuery).data ?? [];
  const clusters = useQuery(clustersQuery).data ?? [];
  const unit = (id: string) => (id ? (units.find((u) => u.id === id)?.name ?? id) : t("right.every_unit"));
  const cluster = (id: string) =>
    id ? t("admin.in_cluster", { name: clusters.find((c) => c.id === id)?.name ?? id }) : t("right.every_cluster");
  if (grants.length === 0) return <p>{t("admin.no_grants")}</p>;
  return (
    <ul className={classes.rights}>
      {grants.map((g) => (
        <li key={JSON.stringify(g)}>
          <strong>{t(`role.${g.role}`)}.</strong>{" "}
          {t(`right.${g.role}`, { unit: unit(g.unit_id), cluster: cluster(g.cluster_id) })}
        </li>
      ))}
    </ul>
  );
}
