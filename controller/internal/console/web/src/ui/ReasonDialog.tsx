import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  opened: boolean;
  title: string;
  /** What the act does; nothing when its name says it. */
  hint?: string;
  /** What the reason is for. */
  label: string;
  /** The act, on its button. */
  act: string;
  /** Names the field for tests and browsers. */
  name: string;
  pending: boolean;
  maxLength?: number;
  onClose: () => void;
  onAct: (reason: string) => void;
}

/** An act that takes a reason, which is kept. */
export function ReasonDialog({ opened, title, hint, label, act, name, pending, maxLength, onClose, onAct }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack>
        {hint && <Text size="sm">{hint}</Text>}
        <Textarea
          data-autofocus
          name={name}
          label={label}
          value={reason}
          autosize
          minRows={2}
          {...(maxLength && { maxLength })}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button disabled={reason.trim() === ""} loading={pending} onClick={() => onAct(reason.trim())}>
            {act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
