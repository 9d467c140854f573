import { Button, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRemoveScreen } from "@/api/fleet";
import type { ScreenState } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

/** Revoking a screen cannot be undone: its name has to be typed. */
export function RemoveScreenDialog({ screen, onClose }: { screen: ScreenState; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const navigate = useNavigate();
  const remove = useRemoveScreen();
  const [typed, setTyped] = useState("");
  return (
    <Modal opened onClose={onClose} title={t("watch.remove")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack gap="sm">
        {remove.error && <ProblemNote error={remove.error} />}
        <Text size="sm">{t("watch.remove_hint", { name: screen.name })}</Text>
        <TextInput
          data-autofocus
          label={t("watch.remove_type")}
          placeholder={screen.name}
          value={typed}
          onChange={(e) => setTyped(e.currentTarget.value)}
        />
        <Button
          disabled={typed.trim().normalize("NFC") !== screen.name.normalize("NFC")}
          loading={remove.isPending}
          onClick={() => remove.mutate(screen.id, { onSuccess: () => void navigate({ to: "/screens" }) })}
        >
          {t("watch.remove")}
        </Button>
      </Stack>
    </Modal>
  );
}
