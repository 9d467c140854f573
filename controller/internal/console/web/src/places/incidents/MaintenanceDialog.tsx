import { Button, Checkbox, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePlanMaintenance } from "@/api/incidents";
import { useWatch } from "@/api/useWatch";
import { useFormat } from "@/i18n/useFormat";
import { ClockField } from "@/ui/ClockField";
import { DateField } from "@/ui/DateField";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

const lengths = [30, 60, 120, 240, 480, 1440];

/** Keeps a screen or a cluster quiet while somebody works on it, now or later. */
export function MaintenanceDialog({ screen, onClose }: { screen?: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  useFocusBack();
  const { screens } = useWatch();
  const plan = usePlanMaintenance();
  const [target, setTarget] = useState<string | null>(screen ? `s:${screen}` : null);
  const [minutes, setMinutes] = useState("60");
  const [reason, setReason] = useState("");
  const [later, setLater] = useState(false);
  const [day, setDay] = useState(() => dayjs().format("YYYY-MM-DD"));
  const [clock, setClock] = useState("08:00");
  const clusters = [...new Map(screens.map((s) => [s.cluster.id, s.cluster.name]))];
  const go = () => {
    if (!target) return;
    const id = target.slice(2);
    const from = later ? new Date(`${day}T${clock}:00`) : new Date();
    plan.mutate(
      {
        ...(target.startsWith("s:") ? { screen_id: id } : { cluster_id: id }),
        ...(later && { from: from.toISOString() }),
        until: new Date(from.getTime() + Number(minutes) * 60_000).toISOString(),
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
        <Checkbox
          label={t("incident.maintenance_later")}
          checked={later}
          onChange={(e) => setLater(e.currentTarget.checked)}
        />
        {later && (
          <Group grow>
            <DateField
              label={t("incident.maintenance_day")}
              required
              minDate={dayjs().format("YYYY-MM-DD")}
              value={day}
              onChange={setDay}
            />
            <ClockField label={t("incident.maintenance_clock")} value={clock} onChange={setClock} />
          </Group>
        )}
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
