import { Button, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChangePassword } from "@/api/session";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";

export function PasswordForm() {
  const { t } = useTranslation();
  const toast = useToast();
  const change = useChangePassword();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const save = () =>
    change.mutate(
      { old, new: fresh },
      {
        onSuccess: () => {
          setOld("");
          setFresh("");
          toast.done(t("account.password_changed"));
        },
      },
    );
  return (
    <Stack gap="sm">
      {change.error && <ProblemNote error={change.error} />}
      <PasswordInput
        label={t("account.old_password")}
        autoComplete="current-password"
        value={old}
        onChange={(e) => setOld(e.currentTarget.value)}
      />
      <PasswordInput
        label={t("admin.new_password")}
        description={t("admin.password_hint")}
        autoComplete="new-password"
        value={fresh}
        onChange={(e) => setFresh(e.currentTarget.value)}
      />
      <Button variant="default" disabled={old === "" || fresh === ""} loading={change.isPending} onClick={save}>
        {t("account.change_password")}
      </Button>
    </Stack>
  );
}
