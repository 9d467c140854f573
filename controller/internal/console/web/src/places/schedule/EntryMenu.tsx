import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAddEntry, useDeleteEntry } from "@/api/schedule";
import type { Entry } from "@/api/types";
import { useToast } from "@/ui/useToast";

/** Takes the entry out of the schedule; undoing puts the same one in again. */
export function EntryMenu({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const remove = useDeleteEntry();
  const add = useAddEntry();
  const { title, playlist_id, target, rule, priority, enabled } = entry;
  const putBack = () => add.mutate({ title, playlist_id, target, rule, priority, enabled }, { onError: toast.problem });
  const removeIt = () =>
    remove.mutate(entry.id, {
      onError: toast.problem,
      onSuccess: () => {
        void navigate({ to: "/schedule" });
        toast.undoable(t("schedule.deleted", { title }), putBack);
      },
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" aria-label={t("app.more")}>
          <IconDots size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item color="red" leftSection={<IconTrash size={18} />} onClick={removeIt}>
          {t("schedule.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
