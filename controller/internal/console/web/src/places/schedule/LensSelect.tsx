import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clustersQuery, screensQuery } from "@/api/fleet";

interface Lens {
  cluster?: string | undefined;
  screen?: string | undefined;
}

/** Which cluster or screen the week is for. */
export function LensSelect({ cluster, screen, onChange }: Lens & { onChange: (lens: Lens) => void }) {
  const { t } = useTranslation();
  const clusters = useQuery(clustersQuery).data ?? [];
  const screens = useQuery(screensQuery).data ?? [];
  const data = clusters.map((c) => ({
    group: c.name,
    items: [
      { value: `c:${c.id}`, label: t("schedule.whole_cluster", { name: c.name }) },
      ...screens.filter((s) => s.cluster.id === c.id).map((s) => ({ value: `s:${s.id}`, label: s.name })),
    ],
  }));
  const value = screen ? `s:${screen}` : cluster ? `c:${cluster}` : null;
  return (
    <Select
      aria-label={t("schedule.lens")}
      placeholder={t("schedule.lens_all")}
      w={{ base: "100%", sm: 264 }}
      clearable
      searchable
      data={data}
      value={value}
      onChange={(v) => onChange(v?.startsWith("c:") ? { cluster: v.slice(2) } : { screen: v?.slice(2) })}
    />
  );
}
