import { Button } from "@mantine/core";
import { IconBroadcast } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/rights";
import { PublishPanel } from "./PublishPanel";

/** The one act that changes a screen; it first shows what will change. Whoever may not publish has no such button. */
export function PublishButton({ beforeOpen }: { beforeOpen?: () => Promise<void> }) {
  const { t } = useTranslation();
  const may = useMay("publish");
  const [open, setOpen] = useState(false);
  const show = async () => {
    await beforeOpen?.();
    setOpen(true);
  };
  if (!may) return null;
  return (
    <>
      <Button leftSection={<IconBroadcast size={18} />} onClick={() => void show()}>
        {t("publish.button")}
      </Button>
      <PublishPanel opened={open} onClose={() => setOpen(false)} />
    </>
  );
}
