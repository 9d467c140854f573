import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PlaceTabs } from "@/ui/PlaceTabs";

const tabs = [
  ["week", "/schedule"],
  ["preview", "/schedule/preview"],
  ["slates", "/schedule/slates"],
  ["history", "/schedule/history"],
] as const;

export type ScheduleTab = (typeof tabs)[number][0];

/** The views of the schedule. */
export function ScheduleTabs({ here }: { here: ScheduleTab }) {
  const { t } = useTranslation();
  return (
    <PlaceTabs label={t("place.schedule")} here={here}>
      {tabs.map(([tab, to]) => (
        <Link key={tab} to={to} data-here={tab === here || undefined} aria-current={tab === here ? "page" : undefined}>
          {t(`schedule.tab_${tab}`)}
        </Link>
      ))}
    </PlaceTabs>
  );
}
