import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { unitsQuery } from "@/api/people";
import type { Grant } from "@/api/types";

/** A grant in words: "Biên tập viên, Sở VHTTDL, cụm Cầu Treo". */
export function useGrantWords() {
  const { t } = useTranslation();
  const units = useQuery(unitsQuery).data ?? [];
  const clusters = useQuery(clustersQuery).data ?? [];
  return (g: Grant) => {
    const unit = units.find((u) => u.id === g.unit_id);
    const cluster = clusters.find((c) => c.id === g.cluster_id);
    return [
      t(`role.${g.role}`),
      g.unit_id ? (unit?.short_name ?? g.unit_id) : "",
      g.cluster_id ? t("admin.in_cluster", { name: cluster?.name ?? g.cluster_id }) : "",
    ]
      .filter(Boolean)
      .join(", ");
  };
}
