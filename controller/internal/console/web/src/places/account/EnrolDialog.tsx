import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBeginTotp, useConfirmTotp } from "@/api/security";
import type { Enrolment } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import classes from "./Account.module.css";
import { PasswordAsk } from "./PasswordAsk";

interface Props {
  onClose: () => void;
  onCodes: (codes: string[]) => void;
}

/** Password, then a code to scan, then the first code that the authenticator shows. */
export function EnrolDialog({ onClose, onCodes }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const begin = useBeginTotp();
  if (begin.data) return <ScanDialog enrolment={begin.data} onClose={onClose} onCodes={onCodes} />;
  return (
    <PasswordAsk
      title={t("account.totp_on")}
      hint={t("account.totp_hint")}
      action={t("app.next")}
      error={begin.error}
      busy={begin.isPending}
      onClose={onClose}
      onPassword={(password) => begin.mutate(password)}
    />
  );
}

function ScanDialog({ enrolment, onClose, onCodes }: Props & { enrolment: Enrolment }) {
  const { t } = useTranslation();
  const confirm = useConfirmTotp();
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code, { onSuccess: (r) => onCodes(r.codes) });
  };
  const { size, path } = enrolment.qr;
  return (
    <Modal opened onClose={onClose} title={t("account.totp_on")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack component="form" onSubmit={submit}>
        {confirm.error && <ProblemNote error={confirm.error} />}
        <Text size="sm">{t("account.totp_scan")}</Text>
        <svg
          className={classes.qr}
          viewBox={`-4 -4 ${size + 8} ${size + 8}`}
          role="img"
          aria-label={t("account.totp_qr")}
          shapeRendering="crispEdges"
        >
          <path d={path} />
        </svg>
        <Text size="sm">{t("account.totp_type")}</Text>
        <code className={classes.secret}>{enrolment.secret.match(/.{1,4}/g)?.join(" ")}</code>
        <TextInput
          data-autofocus
          label={t("login.code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          value={code}
          onChange={(e) => setCode(e.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" disabled={code.trim().length < 6} loading={confirm.isPending}>
            {t("account.totp_on")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
