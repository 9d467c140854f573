import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSubmitMedia } from "@/api/media";
import type { Media } from "@/api/types";
import { useToast } from "@/ui/useToast";

interface Props {
  item: Media;
  opened: boolean;
  onClose: () => void;
}

/** Submitting is a declaration in one's own name: nothing secret, nobody's data without consent. */
export function SubmitDialog({ item, opened, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const submit = useSubmitMedia();
  const [note, setNote] = useState("");
  const [declared, setDeclared] = useState(false);
  const close = () => {
    setDeclared(false);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("media.submit")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack>
        <Text size="sm">{t("media.submit_hint", { title: item.title })}</Text>
        <Checkbox
          data-autofocus
          label={t("media.declaration")}
          checked={declared}
          onChange={(e) => setDeclared(e.currentTarget.checked)}
        />
        <Textarea
          label={t("media.submit_note")}
          value={note}
          autosize
          minRows={2}
          maxLength={2000}
          onChange={(e) => setNote(e.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("app.cancel")}
          </Button>
          <Button
            disabled={!declared}
            loading={submit.isPending}
            onClick={() =>
              submit.mutate(
                { id: item.id, note: note.trim(), declared },
                {
                  onError: toast.problem,
                  onSuccess: () => {
                    close();
                    toast.done(t("media.submitted"));
                  },
                },
              )
            }
          >
            {t("media.submit")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
