import { Button, Skeleton } from "@mantine/core";
import { IconMapPinPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import type { Cluster } from "@/api/types";
import { localDate } from "@/time/format";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Admin.module.css";
import { ClusterDialog } from "./ClusterDialog";

export function ClustersTab() {
  const { t } = useTranslation();
  const clusters = useQuery(clustersQuery);
  const [open, setOpen] = useState<Cluster | "new" | null>(null);
  return (
    <>
      <div className={classes.tools}>
        <Button leftSection={<IconMapPinPlus size={18} />} onClick={() => setOpen("new")}>
          {t("admin.add_cluster")}
        </Button>
      </div>
      {clusters.error && <ProblemNote error={clusters.error} onRetry={() => void clusters.refetch()} />}
      {clusters.isPending && <Skeleton height={240} radius="md" />}
      {clusters.data && (
        <Panel flush>
          <ul>
            {clusters.data.map((c) => (
              <li key={c.id}>
                <button type="button" className={classes.row} onClick={() => setOpen(c)}>
                  <span>
                    <strong>{c.name}</strong>
                    <small>{c.place}</small>
                  </span>
                  <span className={classes.grants}>
                    {c.tenures.toReversed().map((x) => (
                      <span key={x.unit.id + x.from}>
                        {t(x.until ? "admin.tenure_past" : "admin.tenure", {
                          unit: x.unit.name,
                          from: localDate(x.from),
                          until: localDate(x.until ?? ""),
                        })}
                      </span>
                    ))}
                  </span>
                  <small>{t("admin.screen_count", { count: c.screen_count })}</small>
                </button>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {open && <ClusterDialog cluster={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </>
  );
}
