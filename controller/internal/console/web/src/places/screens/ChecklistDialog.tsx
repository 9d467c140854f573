import { Button, Checkbox, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type CheckDue, useCheckDevice } from "@/api/devices";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { useToast } from "@/ui/useToast";

/** Goes through a checklist at a screen. Nothing is ticked beforehand: each item is looked at anew. */
export function ChecklistDialog({ screen, check, onClose }: { screen: string; check: CheckDue; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const toast = useToast();
  const keep = useCheckDevice();
  const [done, setDone] = useState<string[]>([]);
  const [note, setNote] = useState("");
  const open = check.items.length - done.length;
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={t(`device.list_${check.list}`)}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {keep.error && <ProblemNote error={keep.error} />}
        <Text size="sm">{t("device.check_hint")}</Text>
        <Checkbox.Group value={done} onChange={setDone}>
          <Stack gap={6}>
            {check.items.map((item) => (
              <Checkbox key={item} value={item} label={t(`device.item_${item}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Textarea
          label={t("device.check_note")}
          autosize
          minRows={2}
          maxLength={2000}
          value={note}
          onChange={(e) => setNote(e.currentTarget.value)}
        />
        <Button
          loading={keep.isPending}
          onClick={() =>
            keep.mutate(
              { id: screen, list: check.list, done, note },
              {
                onSuccess: () => {
                  toast.done(t("device.check_kept"));
                  onClose();
                },
              },
            )
          }
        >
          {open > 0 ? t("device.check_keep_open", { count: open }) : t("device.check_keep")}
        </Button>
      </Stack>
    </Modal>
  );
}
