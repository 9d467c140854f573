import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconBan, IconPhotoPause, IconSpeakerphone, IconUrgent } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOrderRights } from "@/api/rights";
import type { ScreenState } from "@/api/types";
import { SafeDialog } from "../orders/SafeDialog";
import { isSafe } from "./worst";

const TakedownDialog = lazy(() => import("../orders/TakedownDialog").then((m) => ({ default: m.TakedownDialog })));

/** What one may order of a screen in an emergency. Whoever may only make it safe has one button that says so. */
export function OrderMenu({ screen: s, className }: { screen: ScreenState; className?: string | undefined }) {
  const { t } = useTranslation();
  const may = useOrderRights();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"safe" | "takedown" | null>(null);
  const close = () => setOpen(null);
  const shown = s.showing?.kind === "item" && s.showing.media_id ? s.showing : null;
  const others = (may.takeDown && shown !== null) || may.bulletin;
  const safe = may.safe && !isSafe(s);
  if (!safe && !others) return null;
  return (
    <>
      {others ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon className={className} variant="default" aria-label={t("order.for_screen", { name: s.name })}>
              <IconUrgent size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {may.takeDown && shown && (
              <Menu.Item leftSection={<IconBan size={18} />} onClick={() => setOpen("takedown")}>
                {t("order.takedown_of", { title: shown.title })}
              </Menu.Item>
            )}
            {may.bulletin && (
              <Menu.Item
                leftSection={<IconSpeakerphone size={18} />}
                onClick={() => void navigate({ to: "/screens/bulletin", search: { screen: s.id } })}
              >
                {t("order.compose")}
              </Menu.Item>
            )}
            {safe && (
              <Menu.Item leftSection={<IconPhotoPause size={18} />} onClick={() => setOpen("safe")}>
                {t("order.safe_go")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      ) : (
        <Button
          className={className}
          data-words
          variant="default"
          size="xs"
          aria-label={t("order.safe_title", { name: s.name })}
          leftSection={<IconPhotoPause size={18} />}
          onClick={() => setOpen("safe")}
        >
          {t("order.safe_short")}
        </Button>
      )}
      {open === "safe" && (
        <SafeDialog target={{ name: s.name, count: 1, clusters: [], screens: [s.id] }} onClose={close} />
      )}
      <Suspense fallback={null}>
        {open === "takedown" && shown && (
          <TakedownDialog media={{ id: shown.media_id, title: shown.title }} onClose={close} />
        )}
      </Suspense>
    </>
  );
}
