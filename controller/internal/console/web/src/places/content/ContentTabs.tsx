import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { PlaceTabs } from "@/ui/PlaceTabs";

const tabs = [
  ["media", "/content"],
  ["arrange", "/content/arrange"],
  ["sources", "/sources"],
  ["tray", "/sources/tray"],
  ["sites", "/sources/sites"],
  ["words", "/content/words"],
  ["scans", "/content/scans"],
] as const;

/** The library, and the ways into it from other sites, for those who may bring things in. */
export function ContentTabs({ here }: { here: (typeof tabs)[number][0] }) {
  const { t } = useTranslation();
  const me = useMe();
  if (!me.rights.includes("add_media")) return null;
  return (
    <PlaceTabs label={t("place.content")} here={here}>
      {tabs.map(([tab, to]) => (
        <Link
          key={tab}
          to={to}
          activeOptions={{ exact: true }}
          data-here={tab === here || undefined}
          aria-current={tab === here ? "page" : undefined}
        >
          {t(`sources.tab_${tab}`)}
        </Link>
      ))}
    </PlaceTabs>
  );
}
