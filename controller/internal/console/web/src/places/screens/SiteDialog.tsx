import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Named } from "@/api/types";
import { useFocusBack } from "@/ui/useFocusBack";
import { SitePanel } from "./SitePanel";

/** Settings of the page at a cluster's site. */
export function SiteDialog({ cluster, onClose }: { cluster: Named; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("site.title", { cluster: cluster.name })}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <SitePanel cluster={cluster.id} />
    </Modal>
  );
}
