import { Button, Modal, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCharterMode } from "@/api/charter";
import { clustersQuery, useClaimScreen } from "@/api/fleet";
import { ProblemNote } from "@/ui/ProblemNote";
import { ProfileSelect } from "./ProfileSelect";
import { cleanCode, isCode } from "./pairingCode";
import classes from "./Screens.module.css";

const codeShape = "XXXX-XXXX";

/** Takes a new screen in: the code that it shows, and what it is called here. */
export function ClaimDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const clusters = useQuery({ ...clustersQuery, enabled: opened }).data ?? [];
  const signed = useCharterMode(opened) === "charter";
  const claim = useClaimScreen();
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [cluster, setCluster] = useState<string | null>(null);
  const [profile, setProfile] = useState("1080p-landscape");
  const [tags, setTags] = useState<string[]>([]);
  // Under a charter a wrong cluster takes a signature to put right, so nobody gets one unasked.
  const preset = signed && clusters.length > 1 ? "" : (clusters[0]?.id ?? "");
  const cluster_id = cluster ?? preset;
  const ready = isCode(code) && name.trim() !== "" && cluster_id !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    claim.mutate(
      { code, name: name.trim(), cluster_id, profile, tags },
      {
        onSuccess: (screen) => {
          onClose();
          void navigate({ to: "/screens/$id", params: { id: screen.id } });
        },
      },
    );
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={480}
      title={t("watch.claim_title")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{t("watch.claim_hint")}</Text>
          {claim.error && <ProblemNote error={claim.error} />}
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
          <TextInput
            label={t("watch.name")}
            placeholder={t("watch.name_example")}
            maxLength={100}
            value={name}
            onChange={(e) => setName(e.currentTarget.value)}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <Select
              label={t("watch.cluster")}
              placeholder={t("watch.choose_cluster")}
              allowDeselect={false}
              data={clusters.map((c) => ({ value: c.id, label: c.name }))}
              value={cluster_id || null}
              onChange={setCluster}
            />
            <ProfileSelect value={profile} onChange={setProfile} />
          </SimpleGrid>
          {signed && <Text size="sm">{t("watch.claim_signed")}</Text>}
          <TagsInput
            label={t("watch.tags")}
            placeholder={t("watch.tags_example")}
            value={tags}
            onChange={setTags}
            maxTags={10}
          />
          <Button type="submit" size="md" disabled={!ready} loading={claim.isPending}>
            {t("watch.claim")}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
