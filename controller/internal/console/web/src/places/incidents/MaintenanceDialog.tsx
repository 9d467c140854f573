import { Button, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePlanMaintenance } from "@/api/incidents";
import { useWatch } from "@/api/useWatch";
import { useFormat } from "@/i18n/useFormat";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

const lengths = [30, 60, 120, 240, 480, 1440];

/** Keeps a screen or a cluster quiet from now on while somebody works on it. */
export function MaintenanceDialog({ screen, onClose }: { screen?: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  useFocusBack();
  const { screens } = useWatch();
  const plan = usePlanMaintenance();
  const [target, setTarget] = useState<string | null>(screen ? `s:${screen}` : null);
  const [minutes, setMinutes] = useState("60");
  const [reason, setReason] = useState("");
  const clusters = [...new Map(screens.map((s) => [s.cluster.id, s.cluster.name]))];
  const go = () => {
    if (!target) return;
    const id = target.slice(2);
    plan.mutate(
      {
        ...(target.startsWith("s:") ? { screen_id: id } : { cluster_id: id }),
        until: new Date(Date.now() + Number(minutes) * 60_000).toISOString(),
        reason: reason.trim(),
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("incident.maintenance")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {plan.error && <ProblemNote error={plan.error} />}
        <Text size="sm">{t("incident.maintenance_hint")}</Text>
        <Select
          searchable
          label={t("incident.maintenance_of")}
          data={[
            {
              group: t("incident.whole_clusters"),
              items: clusters.map(([id, name]) => ({ value: `c:${id}`, label: name })),
            },
            {
              group: t("place.screens"),
              items: screens.map((s) => ({ value: `s:${s.id}`, label: `${s.name} · ${s.cluster.name}` })),
            },
          ]}
          value={target}
          onChange={setTarget}
        />
        <Select
          label={t("incident.maintenance_for")}
          allowDeselect={false}
          data={lengths.map((m) => ({ value: String(m), label: format.span(m * 60) }))}
          value={minutes}
          onChange={(m) => setMinutes(m ?? "60")}
        />
        <Textarea
          name="reason"
          label={t("incident.maintenance_why")}
          autosize
          minRows={2}
          maxLength={2000}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Button disabled={!target || reason.trim() === ""} loading={plan.isPending} onClick={go}>
          {t("incident.maintenance_go")}
        </Button>
      </Stack>
    </Modal>
  );
}
