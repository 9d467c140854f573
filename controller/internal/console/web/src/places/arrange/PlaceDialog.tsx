import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

interface Props {
  title: string;
  hint?: string;
  label: string;
  action: string;
  choices: { value: string; label: string }[];
  saving: boolean;
  error: unknown;
  onSave: (id: string) => void;
  onClose: () => void;
}

/** Chooses another node of a tree. */
export function PlaceDialog({ title, hint, label, action, choices, saving, error, onSave, onClose }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const [id, setID] = useState<string | null>(null);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack gap="sm">
        {hint && <Text size="sm">{hint}</Text>}
        {Boolean(error) && <ProblemNote error={error} />}
        <Select label={label} searchable data={choices} value={id} onChange={setID} data-autofocus />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button onClick={() => id !== null && onSave(id)} loading={saving} disabled={id === null}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
