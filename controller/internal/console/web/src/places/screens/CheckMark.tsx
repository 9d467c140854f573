import { IconClipboardCheck, IconClipboardList, IconClipboardX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { CheckDue } from "@/api/devices";
import { date } from "@/time/format";
import { StateMark } from "@/ui/StateMark";

/** How a checklist stands: never gone through, overdue, with open items, or done. */
export function CheckMark({ check: c }: { check: CheckDue }) {
  const { t } = useTranslation();
  const name = t(`device.list_${c.list}`);
  const due = c.due_at ? date(new Date(c.due_at)) : "";
  if (!c.last_at)
    return <StateMark icon={IconClipboardX} tone="warn" plain label={t("device.check_never", { name })} />;
  if (c.overdue)
    return <StateMark icon={IconClipboardX} tone="warn" plain label={t("device.check_overdue", { name, due })} />;
  if (c.open > 0)
    return (
      <StateMark icon={IconClipboardList} tone="warn" plain label={t("device.check_open", { name, count: c.open })} />
    );
  return <StateMark icon={IconClipboardCheck} tone="ok" plain label={t("device.check_done", { name, due })} />;
}
