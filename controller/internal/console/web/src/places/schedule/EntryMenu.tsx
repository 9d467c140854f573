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
  const entryAgain = { title, playlist_id, target, rule, priority, enabled };
  const putBack = () => void add.mutateAsync(entryAgain).catch(toast.problem);
  const removeIt = () =>
    void remove.mutateAsync(entry.id).then(() => {
      void navigate({ to: "/schedule" });
      toast.undoable(t("schedule.deleted", { title }), putBack);
    }, toast.problem);
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
