import {
  Button,
  Modal,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { useGiveTicket } from "@/api/tickets";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { useToast } from "@/ui/useToast";
import { ProfileSelect } from "./ProfileSelect";
import { seatsOf } from "./seats";

const fileName = "cotmoc-enrol.json";
const agentsPort = 8443;
const most = 200;

function download(text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}

/** Makes a file for a USB stick by which many screen PCs join. It is handed out this once. */
export function TicketDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const toast = useToast();
  const clusters = useQuery(clustersQuery).data ?? [];
  const give = useGiveTicket();
  const [names, setNames] = useState("");
  const [cluster, setCluster] = useState<string | null>(null);
  const [profile, setProfile] = useState("1080p-landscape");
  const [days, setDays] = useState(3);
  const [confirm, setConfirm] = useState(true);
  const [controller, setController] = useState(`https://${window.location.hostname}:${agentsPort}`);
  const seats = seatsOf(names);
  const cluster_id = cluster ?? (clusters.length === 1 ? (clusters[0]?.id ?? "") : "");
  const ready = seats.length > 0 && seats.length <= most && cluster_id !== "";
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={t("ticket.add")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {give.error && <ProblemNote error={give.error} />}
        <Text size="sm">{t("ticket.hint")}</Text>
        <Textarea
          data-autofocus
          label={t("ticket.names", { count: seats.length })}
          description={t("ticket.names_hint")}
          autosize
          minRows={4}
          maxRows={12}
          value={names}
          onChange={(e) => setNames(e.currentTarget.value)}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Select
            label={t("watch.cluster")}
            placeholder={t("watch.choose_cluster")}
            allowDeselect={false}
            data={clusters.map((c) => ({ value: c.id, label: c.name }))}
            value={cluster_id || null}
            onChange={setCluster}
          />
          <ProfileSelect value={profile} onChange={setProfile} />
        </SimpleGrid>
        <TextInput
          label={t("ticket.controller")}
          description={t("ticket.controller_hint")}
          maxLength={300}
          value={controller}
          onChange={(e) => setController(e.currentTarget.value)}
        />
        <NumberInput
          label={t("ticket.days")}
          min={1}
          max={14}
          clampBehavior="strict"
          value={days}
          onChange={(v) => typeof v === "number" && setDays(v)}
        />
        <Switch
          label={t("ticket.confirm")}
          description={t("ticket.confirm_hint")}
          checked={confirm}
          onChange={(e) => setConfirm(e.currentTarget.checked)}
        />
        <Text size="sm">{t("ticket.lost", { count: seats.length, days })}</Text>
        <Button
          disabled={!ready}
          loading={give.isPending}
          onClick={() =>
            give.mutate(
              { cluster_id, profile, controller: controller.trim(), days, confirm, seats },
              {
                onSuccess: ({ file }) => {
                  download(file);
                  toast.done(t("ticket.given", { file: fileName }));
                  onClose();
                },
              },
            )
          }
        >
          {t("ticket.download")}
        </Button>
      </Stack>
    </Modal>
  );
}
