import { Button, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useReplacePC } from "@/api/devices";
import type { ScreenState } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { useToast } from "@/ui/useToast";
import { cleanCode, isCode } from "./pairingCode";
import classes from "./Screens.module.css";

const codeShape = "XXXX-XXXX";

/** Gives a screen another PC: it keeps its name, place and history, and the PC before is locked out. */
export function ReplaceDialog({ screen, onClose }: { screen: ScreenState; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const toast = useToast();
  const replace = useReplacePC();
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replace.mutate(
      { id: screen.id, code },
      {
        onSuccess: () => {
          toast.done(t("device.replaced", { name: screen.name }));
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={t("device.replace")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {replace.error && <ProblemNote error={replace.error} />}
          <Text size="sm">{t("device.replace_hint", { name: screen.name })}</Text>
          <TextInput
            data-autofocus
            classNames={{ input: classes.code }}
            aria-label={t("watch.code")}
            placeholder={codeShape}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={code}
            onChange={(e) => setCode(cleanCode(e.currentTarget.value))}
          />
          <Button type="submit" disabled={!isCode(code)} loading={replace.isPending}>
            {t("device.replace_go")}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
