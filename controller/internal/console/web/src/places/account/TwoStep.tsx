import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEndTotp, useRecoveryCodes } from "@/api/security";
import type { Security } from "@/api/types";
import { Ago } from "@/ui/Ago";
import { useToast } from "@/ui/useToast";
import { EnrolDialog } from "./EnrolDialog";
import { PasswordAsk } from "./PasswordAsk";
import { RecoveryCodes } from "./RecoveryCodes";

/** Codes of an authenticator beside the password, and the codes for when it is lost. */
export function TwoStep({ security }: { security: Security }) {
  const { t } = useTranslation();
  const toast = useToast();
  const renew = useRecoveryCodes();
  const end = useEndTotp();
  const [asks, setAsks] = useState<"on" | "renew" | "off" | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = () => {
    setAsks(null);
    renew.reset();
    end.reset();
  };
  const show = (fresh: string[]) => {
    close();
    setCodes(fresh);
  };
  return (
    <>
      {security.totp_since ? (
        <>
          <Text size="sm">
            {t("account.totp_since")} <Ago at={security.totp_since} />
          </Text>
          <Text size="sm" mb="sm" {...(security.recovery_codes < 3 ? { c: "marker" } : { c: "dimmed" })}>
            {t("account.recovery_left", { count: security.recovery_codes })}
          </Text>
          <Group gap={8}>
            <Button variant="default" onClick={() => setAsks("renew")}>
              {t("account.recovery_renew")}
            </Button>
            <Button variant="default" onClick={() => setAsks("off")}>
              {t("account.totp_off")}
            </Button>
          </Group>
        </>
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {t("account.totp_hint")}
          </Text>
          <Button variant="default" onClick={() => setAsks("on")}>
            {t("account.totp_on")}
          </Button>
        </>
      )}
      {asks === "on" && <EnrolDialog onClose={close} onCodes={show} />}
      {asks === "renew" && (
        <PasswordAsk
          title={t("account.recovery_renew")}
          hint={t("account.recovery_renew_hint")}
          action={t("account.recovery_renew")}
          error={renew.error}
          busy={renew.isPending}
          onClose={close}
          onPassword={(password) => renew.mutate(password, { onSuccess: (r) => show(r.codes) })}
        />
      )}
      {asks === "off" && (
        <PasswordAsk
          title={t("account.totp_off")}
          hint={t("account.totp_off_hint")}
          action={t("account.totp_off")}
          error={end.error}
          busy={end.isPending}
          onClose={close}
          onPassword={(password) =>
            end.mutate(password, {
              onSuccess: () => {
                close();
                toast.done(t("account.totp_ended"));
              },
            })
          }
        />
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </>
  );
}
