import { Button, Input, Modal, Select, Stack, TagsInput, Text, TextInput } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCharterMode } from "@/api/charter";
import { clustersQuery, usePatchScreen } from "@/api/fleet";
import type { ScreenState } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { ProfileSelect } from "./ProfileSelect";
import classes from "./Screens.module.css";

interface Props {
  screen: ScreenState;
  onClose: () => void;
  /** Under a charter a screen is moved by a signed order, elsewhere. */
  onPlace: () => void;
}

export function EditScreenDialog({ screen, onClose, onPlace }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const clusters = useQuery(clustersQuery).data ?? [];
  const mode = useCharterMode();
  const patch = usePatchScreen();
  const [name, setName] = useState(screen.name);
  const [cluster_id, setCluster] = useState(screen.cluster.id);
  const [tags, setTags] = useState(screen.tags);
  const [profile, setProfile] = useState(screen.profile);
  const save = () =>
    patch.mutate(
      { id: screen.id, name: name.trim(), tags, profile, ...(mode === "none" && { cluster_id }) },
      { onSuccess: onClose },
    );
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
        {mode === "charter" ? (
          <Input.Wrapper label={t("watch.cluster")} description={t("watch.cluster_signed")} labelElement="div">
            <div className={classes.stands}>
              <span>{screen.cluster.name}</span>
              <Button variant="default" leftSection={<IconArrowsExchange size={18} />} onClick={onPlace}>
                {t("order.place")}
              </Button>
            </div>
          </Input.Wrapper>
        ) : (
          <Select
            label={t("watch.cluster")}
            allowDeselect={false}
            disabled={mode === null}
            data={clusters.map((c) => ({ value: c.id, label: c.name }))}
            value={cluster_id}
            onChange={(v) => v && setCluster(v)}
          />
        )}
        <ProfileSelect value={profile} onChange={setProfile} />
        {profile !== screen.profile && <Text size="sm">{t("shape.changes")}</Text>}
        <TagsInput label={t("watch.tags")} value={tags} onChange={setTags} maxTags={10} />
        <Button disabled={name.trim() === ""} loading={patch.isPending} onClick={save}>
          {t("app.save")}
        </Button>
      </Stack>
    </Modal>
  );
}
