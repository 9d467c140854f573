import { ActionIcon, Button, Group, Skeleton, Text, TextInput } from "@mantine/core";
import { IconCertificate, IconCertificateOff, IconHourglassEmpty, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { charterQuery } from "@/api/charter";
import { passkeyProblem } from "@/api/passkeys";
import { signingCredentialsQuery, useDropCredential, useOfferPasskey } from "@/api/signing";
import { useProblemText } from "@/i18n/useProblemText";
import { Ago } from "@/ui/Ago";
import { ProblemNote } from "@/ui/ProblemNote";
import { StateMark } from "@/ui/StateMark";
import { useToast } from "@/ui/useToast";
import classes from "../admin/Admin.module.css";
import { KeyFileDialog } from "./KeyFileDialog";
import { keyState } from "./keyState";
import { PasswordAsk } from "./PasswordAsk";

const marks = {
  pending: [IconHourglassEmpty, "info"],
  named: [IconCertificate, "ok"],
  ended: [IconCertificateOff, "neutral"],
} as const;

/** The keys with which somebody signs, and whether a charter names them. */
export function SigningKeys() {
  const { t } = useTranslation();
  const toast = useToast();
  const say = useProblemText();
  const keys = useQuery(signingCredentialsQuery);
  const charter = useQuery(charterQuery).data?.charter;
  const drop = useDropCredential();
  const [adding, setAdding] = useState<"passkey" | "file" | null>(null);
  const problem = passkeyProblem("");
  const close = () => setAdding(null);
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t("keys.hint")}
      </Text>
      {keys.error && <ProblemNote error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Skeleton height={48} mb="sm" />}
      <ul>
        {keys.data?.map((k) => {
          const state = keyState(k, charter);
          const [icon, tone] = marks[state];
          return (
            <li key={k.id} className={classes.token}>
              <span>
                {k.label}
                <small>
                  {t(`keys.kind_${k.kind}`)}
                  {k.rp_id && ` · ${k.rp_id}`} · <Ago at={k.created_at} />
                </small>
                {k.independent && <small>{t("keys.independent")}</small>}
              </span>
              <div>
                <StateMark icon={icon} tone={tone} label={t(`keys.state_${state}`)} />
              </div>
              {state === "pending" && (
                <ActionIcon
                  aria-label={t("keys.drop", { name: k.label })}
                  onClick={() => drop.mutate(k.id, { onError: toast.problem })}
                >
                  <IconX size={18} />
                </ActionIcon>
              )}
            </li>
          );
        })}
      </ul>
      {keys.data?.length === 0 && <Text size="sm">{t("keys.none")}</Text>}
      <Group gap={8} mt="sm">
        {!problem && (
          <Button variant="default" onClick={() => setAdding("passkey")}>
            {t("keys.add_passkey")}
          </Button>
        )}
        <Button variant="default" onClick={() => setAdding("file")}>
          {t("keys.add_file")}
        </Button>
      </Group>
      {problem && (
        <Text size="sm" c="dimmed" mt={6}>
          {say(problem)}
        </Text>
      )}
      {adding === "passkey" && <PasskeyDialog onClose={close} />}
      {adding === "file" && <KeyFileDialog onClose={close} />}
    </>
  );
}

function PasskeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const offer = useOfferPasskey();
  const [label, setLabel] = useState("");
  const make = (password: string) =>
    offer.mutate(
      { label: label.trim(), password },
      {
        onSuccess: () => {
          onClose();
          toast.done(t("keys.made_passkey"));
        },
      },
    );
  return (
    <PasswordAsk
      title={t("keys.add_passkey")}
      action={t("app.next")}
      error={offer.error}
      busy={offer.isPending}
      ready={label.trim() !== ""}
      onClose={onClose}
      onPassword={make}
    >
      <TextInput
        data-autofocus
        label={t("keys.label")}
        placeholder={t("keys.example")}
        maxLength={100}
        value={label}
        onChange={(e) => setLabel(e.currentTarget.value)}
      />
    </PasswordAsk>
  );
}
