import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

interface Props {
  title: string;
  hint?: string;
  action: string;
  error: unknown;
  busy: boolean;
  ready?: boolean;
  /** Fields before the password. */
  children?: ReactNode;
  onClose: () => void;
  onPassword: (password: string) => void;
}

/** Asks for the password once more, before something that would let whoever found an open console stay. */
export function PasswordAsk({ title, hint, action, error, busy, ready = true, children, onClose, onPassword }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onPassword(password);
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack component="form" onSubmit={submit}>
        {error ? <ProblemNote error={error} /> : null}
        {hint && <Text size="sm">{hint}</Text>}
        {children}
        <PasswordInput
          {...(children ? {} : { "data-autofocus": true })}
          label={t("account.old_password")}
          autoComplete="current-password"
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" disabled={!ready || password === ""} loading={busy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
