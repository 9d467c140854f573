import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useReject } from "@/api/sources";
import { useToast } from "@/ui/useToast";

interface Props {
  id: string;
  opened: boolean;
  onClose: () => void;
}

/** Saying no takes a reason, for whoever comes upon the page again. */
export function RejectDialog({ id, opened, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const reject = useReject(id);
  const [reason, setReason] = useState("");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("sources.reject")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack>
        <Textarea
          data-autofocus
          label={t("sources.reject_reason")}
          value={reason}
          autosize
          minRows={2}
          maxLength={200}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button
            disabled={reason.trim() === ""}
            loading={reject.isPending}
            onClick={() => reject.mutate(reason.trim(), { onError: toast.problem, onSuccess: onClose })}
          >
            {t("sources.reject")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
