import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSaveSearch } from "@/api/searches";
import type { BrowseQuery } from "@/api/sources";
import { useFormat } from "@/i18n/useFormat";
import { useToast } from "@/ui/useToast";

const choices = [1, 3, 6, 12, 24, 72, 168];

interface Props {
  query: Omit<BrowseQuery, "page">;
  /** What it is called unless somebody says otherwise. */
  suggested: string;
  onClose: () => void;
}

/** Has the list that is shown looked through again and again. */
export function SaveSearchDialog({ query, suggested, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const toast = useToast();
  const save = useSaveSearch();
  const [name, setName] = useState(suggested);
  const [hours, setHours] = useState(24);
  const done = () => {
    toast.done(t("saved.done"));
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t("saved.save")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack>
        <Text size="sm">{t("saved.hint")}</Text>
        <TextInput
          data-autofocus
          label={t("saved.name")}
          name="search_name"
          value={name}
          maxLength={200}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Select
          label={t("saved.how_often")}
          allowDeselect={false}
          data={choices.map((h) => ({ value: String(h), label: t("saved.every", { span: format.span(h * 3600) }) }))}
          value={String(hours)}
          onChange={(v) => setHours(Number(v ?? 24))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button
            disabled={name.trim() === ""}
            loading={save.isPending}
            onClick={() =>
              save.mutate({ ...query, name: name.trim(), hours }, { onError: toast.problem, onSuccess: done })
            }
          >
            {t("app.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
