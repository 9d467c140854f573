import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWithdrawMedia } from "@/api/media";
import type { Media } from "@/api/types";
import { useToast } from "@/ui/useToast";

interface Props {
  item: Media;
  opened: boolean;
  onClose: () => void;
}

/** Withdrawing reaches every screen and cannot be undone: it asks for a reason. */
export function WithdrawDialog({ item, opened, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const withdraw = useWithdrawMedia();
  const [reason, setReason] = useState("");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("media.withdraw_title")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack>
        <Text size="sm">{t("media.withdraw_hint", { title: item.title })}</Text>
        <Textarea
          data-autofocus
          label={t("media.withdraw_reason")}
          value={reason}
          autosize
          minRows={3}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button
            disabled={reason.trim() === ""}
            loading={withdraw.isPending}
            onClick={() =>
              withdraw.mutate(
                { id: item.id, reason: reason.trim() },
                {
                  onError: toast.problem,
                  onSuccess: () => {
                    onClose();
                    toast.done(t("media.withdrawn"));
                  },
                },
              )
            }
          >
            {t("media.withdraw")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
