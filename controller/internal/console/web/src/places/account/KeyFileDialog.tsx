import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOfferKeyFile } from "@/api/signing";
import { base64, utf8 } from "@/signing/bytes";
import { download } from "@/signing/download";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

const min = 12;

/** Makes a key in this browser: the sealed file is downloaded, the public half registered. */
export function KeyFileDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const offer = useOfferKeyFile();
  const [label, setLabel] = useState("");
  const [independent, setIndependent] = useState(false);
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [password, setPassword] = useState("");
  const make = useMutation({
    mutationFn: async () => {
      const { makeKey } = await import("@/signing/keys");
      const { file, publicKey } = await makeKey(passphrase);
      const kept = await offer.mutateAsync({
        password,
        label: label.trim(),
        public_key: base64(publicKey),
        independent,
      });
      setPassphrase("");
      setAgain("");
      setPassword("");
      return { file, name: `${kept.id}.key` };
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const differs = again !== "" && again !== passphrase;
  const ready = label.trim() !== "" && [...passphrase].length >= min && again === passphrase && password !== "";
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t("keys.add_file")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      {make.data ? (
        <Stack>
          <Text size="sm">{t("keys.download_hint")}</Text>
          <Button
            data-autofocus
            leftSection={<IconDownload size={18} />}
            onClick={() => make.data && download(utf8(make.data.file), make.data.name)}
          >
            {t("keys.download")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t("keys.downloaded")}
          </Button>
        </Stack>
      ) : (
        <Stack component="form" onSubmit={submit}>
          {make.error && <ProblemNote error={make.error} />}
          <TextInput
            data-autofocus
            label={t("keys.label")}
            placeholder={t("keys.example")}
            maxLength={100}
            value={label}
            onChange={(e) => setLabel(e.currentTarget.value)}
          />
          <PasswordInput
            label={t("sign.passphrase")}
            description={t("keys.passphrase_hint", { min })}
            autoComplete="new-password"
            value={passphrase}
            onChange={(e) => setPassphrase(e.currentTarget.value)}
          />
          <PasswordInput
            label={t("keys.passphrase_again")}
            autoComplete="new-password"
            error={differs && t("keys.passphrase_differs")}
            value={again}
            onChange={(e) => setAgain(e.currentTarget.value)}
          />
          <Checkbox
            label={t("keys.independent")}
            checked={independent}
            onChange={(e) => setIndependent(e.currentTarget.checked)}
          />
          <PasswordInput
            label={t("keys.login_password")}
            autoComplete="current-password"
            value={password}
            onChange={(e) => setPassword(e.currentTarget.value)}
          />
          <Text size="sm" c="dimmed" role="status">
            {make.isPending ? t("keys.making") : t("sign.file_stays")}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" disabled={!ready} loading={make.isPending}>
              {t("keys.make")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
