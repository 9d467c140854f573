import { Alert } from "@mantine/core";
import { IconHistoryToggle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { restoredQuery } from "@/api/restored";

const most = 5;

/** Says that an older state was restored, which screens hold more, and what to do. */
export function RestoredNotice() {
  const { t } = useTranslation();
  const restored = useQuery(restoredQuery).data;
  if (!restored || restored.ahead.length + restored.unheard.length === 0) return null;
  if (!restored.waiting)
    return (
      <Alert color="gray" icon={<IconHistoryToggle size={20} />} role="status" mb="md">
        {t("watch.restored_unheard", { count: restored.unheard.length })}
      </Alert>
    );
  const names = restored.ahead.slice(0, most).map((s) => `${s.name} · ${s.cluster}`);
  const rest = restored.ahead.length - names.length;
  return (
    <Alert
      color="marker"
      icon={<IconHistoryToggle size={20} />}
      role="alert"
      mb="md"
      title={t("watch.restored", { count: restored.ahead.length })}
    >
      <p>{names.join("; ") + (rest > 0 ? `; ${t("watch.restored_more", { count: rest })}` : "")}</p>
      <p>{t("watch.restored_what")}</p>
      <p>{t("watch.restored_do")}</p>
    </Alert>
  );
}
