import { Alert, Badge, Button, Skeleton } from "@mantine/core";
import { IconBellPlus, IconBellRinging } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertChannel, channelsQuery } from "@/api/alerts";
import { clustersQuery } from "@/api/fleet";
import { unitsQuery } from "@/api/people";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import admin from "../admin/Admin.module.css";
import classes from "./Alerts.module.css";
import { ChannelDialog } from "./ChannelDialog";
import { DeadManPanel } from "./DeadManPanel";
import { DeliveriesPanel } from "./DeliveriesPanel";
import { TestButton } from "./TestButton";

/** Where alerts go, what became of them, and who notices when the controller itself falls silent. */
export function AlertsTab() {
  const { t } = useTranslation();
  const channels = useQuery(channelsQuery);
  const units = useQuery(unitsQuery).data ?? [];
  const clusters = useQuery(clustersQuery).data ?? [];
  const [open, setOpen] = useState<AlertChannel | "new" | null>(null);
  const add = (
    <Button leftSection={<IconBellPlus size={18} />} onClick={() => setOpen("new")}>
      {t("alert.add")}
    </Button>
  );
  const where = (c: AlertChannel) =>
    clusters.find((x) => x.id === c.cluster_id)?.name ?? units.find((x) => x.id === c.unit_id)?.name ?? "";
  return (
    <div className={classes.page}>
      {channels.error && <ProblemNote error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.isPending && <Skeleton height={240} radius="md" />}
      {channels.data?.length === 0 && (
        <Empty icon={IconBellRinging} title={t("alert.none")} hint={t("alert.none_hint")} action={add} />
      )}
      {channels.data && channels.data.length > 0 && (
        <>
          <div className={admin.tools}>{add}</div>
          <Panel flush>
            <ul>
              {channels.data.map((c) => (
                <li key={c.id} className={classes.channel} data-off={!c.enabled || undefined}>
                  <button type="button" onClick={() => setOpen(c)}>
                    <strong>{c.name}</strong>
                    <small>
                      {t(`alert.kind_${c.kind}`)} · {c.targets.join(", ")}
                    </small>
                  </button>
                  <span>
                    {where(c)}
                    <small>
                      {t("alert.from_severity", { severity: t(`alert.severity_${c.least}`) })}
                      {c.level > 0 && ` · ${t("alert.level_short", { count: c.level })}`}
                      {c.quiet_from && ` · ${t("alert.quiet_short", { from: c.quiet_from, until: c.quiet_until })}`}
                    </small>
                  </span>
                  <span className={classes.test}>
                    {c.enabled ? (
                      <TestButton channel={c.id} />
                    ) : (
                      <Badge color="gray" variant="light">
                        {t("alert.off")}
                      </Badge>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
          {channels.data.some((c) => c.kind === "zalo") && <Alert color="gray">{t("alert.zalo_untried")}</Alert>}
        </>
      )}
      <DeliveriesPanel channels={channels.data ?? []} />
      <DeadManPanel />
      {open && <ChannelDialog channel={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </div>
  );
}
