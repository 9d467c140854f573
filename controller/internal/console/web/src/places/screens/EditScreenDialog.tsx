import { Button, Modal, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery, usePatchScreen } from "@/api/fleet";
import type { ScreenState } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";

export function EditScreenDialog({ screen, onClose }: { screen: ScreenState; onClose: () => void }) {
  const { t } = useTranslation();
  const clusters = useQuery(clustersQuery).data ?? [];
  const patch = usePatchScreen();
  const [name, setName] = useState(screen.name);
  const [cluster_id, setCluster] = useState(screen.cluster.id);
  const [tags, setTags] = useState(screen.tags);
  return (
    <Modal opened onClose={onClose} title={t("watch.edit")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack gap="sm">
        {patch.error && <ProblemNote error={patch.error} />}
        <TextInput
          data-autofocus
          label={t("watch.name")}
          maxLength={100}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Select
          label={t("watch.cluster")}
          allowDeselect={false}
          data={clusters.map((c) => ({ value: c.id, label: c.name }))}
          value={cluster_id}
          onChange={(v) => v && setCluster(v)}
        />
        <TagsInput label={t("watch.tags")} value={tags} onChange={setTags} maxTags={10} />
        <Button
          disabled={name.trim() === ""}
          loading={patch.isPending}
          onClick={() => patch.mutate({ id: screen.id, name: name.trim(), cluster_id, tags }, { onSuccess: onClose })}
        >
          {t("app.save")}
        </Button>
      </Stack>
    </Modal>
  );
}
