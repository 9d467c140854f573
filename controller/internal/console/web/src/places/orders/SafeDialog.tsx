import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconPhotoPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { charterQuery } from "@/api/charter";
import { useMakeSafe } from "@/api/orders";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { useToast } from "@/ui/useToast";

export interface SafeTarget {
  name: string;
  /** How many screens that is. */
  count: number;
  clusters: string[];
  screens: string[];
}

/** Puts a screen or a cluster on its slate: one act, and only two people take it back. */
export function SafeDialog({ target, onClose }: { target: SafeTarget; onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const safe = useMakeSafe();
  useFocusBack();
  const count = useQuery(charterQuery).data?.charter?.lift_threshold ?? 2;
  const go = () =>
    safe.mutate(
      { clusters: target.clusters, screens: target.screens },
      {
        onSuccess: () => {
          onClose();
          toast.done(t("order.safe_called", { name: target.name }));
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={
        target.clusters.length > 0
          ? t("order.safe_title_cluster", { name: target.name, count: target.count })
          : t("order.safe_title", { name: target.name })
      }
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack>
        {safe.error && <ProblemNote error={safe.error} />}
        <Text size="sm">{t("order.safe_hint")}</Text>
        <Text size="sm" fw={600}>
          {t("order.safe_back", { count })}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button data-autofocus loading={safe.isPending} leftSection={<IconPhotoPause size={18} />} onClick={go}>
            {t("order.safe_do")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
