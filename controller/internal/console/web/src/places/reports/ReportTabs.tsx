import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { mayReadAudit } from "@/api/audit";
import { useMe } from "@/api/session";
import { PlaceTabs } from "@/ui/PlaceTabs";

const tabs = [
  ["plays", "/reports"],
  ["audit", "/reports/audit"],
] as const;

/** The reports; only some people see what others did. */
export function ReportTabs({ here }: { here: (typeof tabs)[number][0] }) {
  const { t } = useTranslation();
  const me = useMe();
  if (!mayReadAudit(me)) return <span>{t(`audit.tab_${here}`)}</span>;
  return (
    <PlaceTabs label={t("place.reports")} here={here}>
      {tabs.map(([tab, to]) => (
        <Link key={tab} to={to} data-here={tab === here || undefined} aria-current={tab === here ? "page" : undefined}>
          {t(`audit.tab_${tab}`)}
        </Link>
      ))}
    </PlaceTabs>
  );
}
