import { ActionIcon, Button, CopyButton, Group, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tokensQuery, useAddToken, useDeleteToken } from "@/api/people";
import { Ago } from "@/ui/Ago";
import { useToast } from "@/ui/useToast";
import classes from "../admin/Admin.module.css";
import { PasswordAsk } from "./PasswordAsk";

/** Tokens with which a script acts as this person; the secret is shown once. Revoking has no way back, so it takes two steps. */
export function Tokens() {
  const { t } = useTranslation();
  const toast = useToast();
  const tokens = useQuery(tokensQuery);
  const add = useAddToken();
  const remove = useDeleteToken();
  const [name, setName] = useState("");
  const [revoking, setRevoking] = useState("");
  const [asking, setAsking] = useState(false);
  const ask = () => {
    add.reset();
    setAsking(true);
  };
  const create = (password: string) =>
    add.mutate(
      { name: name.trim(), password },
      {
        onSuccess: () => {
          setAsking(false);
          setName("");
        },
      },
    );
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t("account.tokens_hint")}
      </Text>
      <Group gap={8} mb="sm" wrap="nowrap" align="end">
        <TextInput
          flex={1}
          label={t("account.token_name")}
          maxLength={100}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Button variant="default" disabled={name.trim() === ""} onClick={ask}>
          {t("account.make_token")}
        </Button>
      </Group>
      {asking && (
        <PasswordAsk
          title={t("account.make_token")}
          hint={t("account.token_password")}
          action={t("account.make_token")}
          error={add.error}
          busy={add.isPending}
          onClose={() => setAsking(false)}
          onPassword={create}
        />
      )}
      {add.data?.secret && (
        <>
          <div className={classes.secret}>
            <code>{add.data.secret}</code>
            <CopyButton value={add.data.secret}>
              {({ copied, copy }) => (
                <ActionIcon aria-label={t("account.copy")} onClick={copy}>
                  {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
                </ActionIcon>
              )}
            </CopyButton>
          </div>
          <Text size="sm" my={6}>
            {t("account.secret_once")}
          </Text>
        </>
      )}
      <ul>
        {tokens.data?.map((k) => (
          <li key={k.id} className={classes.token}>
            <span>
              {k.name}
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
            {revoking === k.id ? (
              <Group gap={8} wrap="nowrap">
                <Button variant="default" autoFocus onClick={() => setRevoking("")}>
                  {t("app.cancel")}
                </Button>
                <Button loading={remove.isPending} onClick={() => remove.mutate(k.id, { onError: toast.problem })}>
                  {t("account.revoke_now")}
                </Button>
              </Group>
            ) : (
              <ActionIcon aria-label={t("account.revoke", { name: k.name })} onClick={() => setRevoking(k.id)}>
                <IconX size={18} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
