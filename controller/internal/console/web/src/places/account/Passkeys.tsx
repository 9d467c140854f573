import { ActionIcon, Anchor, Button, Text, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { passkeyProblem } from "@/api/passkeys";
import { useAddPasskey, useDeletePasskey } from "@/api/security";
import type { Security } from "@/api/types";
import { useProblemText } from "@/i18n/useProblemText";
import { Ago } from "@/ui/Ago";
import { useToast } from "@/ui/useToast";
import classes from "../admin/Admin.module.css";
import { PasswordAsk } from "./PasswordAsk";

/** Passkeys that open the console without a password. */
export function Passkeys({ security }: { security: Security }) {
  const { t } = useTranslation();
  const toast = useToast();
  const say = useProblemText();
  const add = useAddPasskey();
  const remove = useDeletePasskey();
  const [adding, setAdding] = useState(false);
  const [label, setLabel] = useState("");
  const problem = passkeyProblem(security.url);
  const close = () => {
    setAdding(false);
    setLabel("");
    add.reset();
  };
  const make = (password: string) =>
    add.mutate(
      { label: label.trim(), password },
      {
        onSuccess: () => {
          close();
          toast.done(t("account.passkey_made"));
        },
      },
    );
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t("account.passkeys_hint")}
      </Text>
      <ul>
        {security.passkeys.map((k) => (
          <li key={k.id} className={classes.token}>
            <span>
              {k.label}
              <small>
                {k.last_used_at ? (
                  <>
                    {t("account.token_used")} <Ago at={k.last_used_at} />
                  </>
                ) : (
                  t("account.token_unused")
                )}
              </small>
            </span>
            <ActionIcon
              aria-label={t("account.remove_passkey", { name: k.label })}
              onClick={() => remove.mutate(k.id, { onError: toast.problem })}
            >
              <IconX size={18} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {problem ? (
        <Text size="sm">
          {say(problem)}{" "}
          {security.url !== window.location.origin && <Anchor href={security.url}>{t("account.open_there")}</Anchor>}
        </Text>
      ) : (
        <Button variant="default" mt="xs" onClick={() => setAdding(true)}>
          {t("account.add_passkey")}
        </Button>
      )}
      {adding && (
        <PasswordAsk
          title={t("account.add_passkey")}
          action={t("account.add_passkey")}
          error={add.error}
          busy={add.isPending}
          ready={label.trim() !== ""}
          onClose={close}
          onPassword={make}
        >
          <TextInput
            data-autofocus
            label={t("account.passkey_label")}
            placeholder={t("account.passkey_example")}
            maxLength={100}
            value={label}
            onChange={(e) => setLabel(e.currentTarget.value)}
          />
        </PasswordAsk>
      )}
    </>
  );
}
