import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clustersQuery, screensQuery } from "@/api/fleet";
import type { EntryBody } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { summary, type Translate } from "./summary";

/** Writes an entry's sentence with the names of clusters and screens. */
export function useSummary() {
  const { t } = useTranslation();
  const format = useFormat();
  const clusters = useQuery(clustersQuery).data ?? [];
  const screens = useQuery(screensQuery).data ?? [];
  return (entry: EntryBody, playlist: string) =>
    summary(
      entry,
      {
        playlist,
        list: format.list,
        cluster: (id) => clusters.find((c) => c.id === id)?.name ?? id,
        screen: (id) => screens.find((s) => s.id === id)?.name ?? id,
      },
      t as Translate,
    );
}
