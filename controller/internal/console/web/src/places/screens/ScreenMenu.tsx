import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ScreenState } from "@/api/types";
import { EditScreenDialog } from "./EditScreenDialog";
import { RemoveScreenDialog } from "./RemoveScreenDialog";

export function ScreenMenu({ screen }: { screen: ScreenState }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" aria-label={t("app.more")}>
            <IconDots size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={18} />} onClick={() => setOpen("edit")}>
            {t("watch.edit")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={18} />} onClick={() => setOpen("remove")}>
            {t("watch.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === "edit" && <EditScreenDialog screen={screen} onClose={close} />}
      {open === "remove" && <RemoveScreenDialog screen={screen} onClose={close} />}
    </>
  );
}
