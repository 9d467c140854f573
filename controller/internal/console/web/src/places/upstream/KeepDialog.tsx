import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type SourceDifference, useKeepMedia } from "@/api/upstream";
import { useToast } from "@/ui/useToast";

/** Keeping takes a reason, which the audit log keeps. */
export function KeepDialog({ change, onClose }: { change: SourceDifference; onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const keep = useKeepMedia(change.id);
  const [reason, setReason] = useState("");
  const onSuccess = () => {
    toast.done(t("upstream.kept"));
    void navigate({ to: "/" });
  };
  return (
    <Modal opened onClose={onClose} title={t("upstream.keep")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack>
        <Text size="sm">{t("upstream.keep_hint")}</Text>
        <Textarea
          data-autofocus
          name="keep_reason"
          label={t("upstream.reason")}
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
            loading={keep.isPending}
            onClick={() =>
              keep.mutate({ now: change.now, reason: reason.trim() }, { onError: toast.problem, onSuccess })
            }
          >
            {t("upstream.keep_it")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
