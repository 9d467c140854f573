import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowsExchange,
  IconClock,
  IconDeviceDesktopUp,
  IconDeviceMobile,
  IconDots,
  IconPencil,
  IconTool,
  IconTrash,
} from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOrderRights } from "@/api/rights";
import type { ScreenState } from "@/api/types";
import { MaintenanceDialog } from "../incidents/MaintenanceDialog";
import { EditScreenDialog } from "./EditScreenDialog";
import { RemoveScreenDialog } from "./RemoveScreenDialog";
import { ReplaceDialog } from "./ReplaceDialog";
import { SiteDialog } from "./SiteDialog";

const SettingsDialog = lazy(() => import("./SettingsDialog").then((m) => ({ default: m.SettingsDialog })));
const PlaceDialog = lazy(() => import("../orders/PlaceDialog").then((m) => ({ default: m.PlaceDialog })));

export function ScreenMenu({ screen }: { screen: ScreenState }) {
  const { t } = useTranslation();
  const may = useOrderRights();
  const [open, setOpen] = useState<
    "edit" | "settings" | "replace" | "place" | "maintenance" | "remove" | "site" | null
  >(null);
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
          <Menu.Item leftSection={<IconClock size={18} />} onClick={() => setOpen("settings")}>
            {t("device.settings")}
          </Menu.Item>
          <Menu.Item leftSection={<IconDeviceDesktopUp size={18} />} onClick={() => setOpen("replace")}>
            {t("device.replace")}
          </Menu.Item>
          {may.place && (
            <Menu.Item leftSection={<IconArrowsExchange size={18} />} onClick={() => setOpen("place")}>
              {t("order.place")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconDeviceMobile size={18} />} onClick={() => setOpen("site")}>
            {t("site.menu")}
          </Menu.Item>
          <Menu.Item leftSection={<IconTool size={18} />} onClick={() => setOpen("maintenance")}>
            {t("incident.maintenance")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={18} />} onClick={() => setOpen("remove")}>
            {t("watch.remove")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === "edit" && <EditScreenDialog screen={screen} onClose={close} onPlace={() => setOpen("place")} />}
      {open === "settings" && (
        <Suspense fallback={null}>
          <SettingsDialog screen={screen} onClose={close} />
        </Suspense>
      )}
      {open === "replace" && <ReplaceDialog screen={screen} onClose={close} />}
      {open === "place" && (
        <Suspense fallback={null}>
          <PlaceDialog screen={screen} onClose={close} />
        </Suspense>
      )}
      {open === "site" && <SiteDialog cluster={screen.cluster} onClose={close} />}
      {open === "maintenance" && <MaintenanceDialog screen={screen.id} onClose={close} />}
      {open === "remove" && <RemoveScreenDialog screen={screen} onClose={close} />}
    </>
  );
}
