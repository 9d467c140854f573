import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PageHead } from "@/ui/PageHead";
import { PlaceTabs } from "@/ui/PlaceTabs";
import { AlertsTab } from "../alerts/AlertsTab";
import { CharterTab } from "../charter/CharterTab";
import { ClustersTab } from "./ClustersTab";
import { PeopleTab } from "./PeopleTab";
import { UnitsTab } from "./UnitsTab";

const route = getRouteApi("/shell/admin/$tab");

export const adminTabs = ["people", "units", "clusters", "alerts", "charter"] as const;
const pages = { people: PeopleTab, units: UnitsTab, clusters: ClustersTab, alerts: AlertsTab, charter: CharterTab };

/** People and what they may do, units with their history, clusters with who runs them. */
export function AdminPage() {
  const { t } = useTranslation();
  const { tab } = route.useParams();
  const here = adminTabs.find((x) => x === tab) ?? "people";
  const Page = pages[here];
  return (
    <>
      <PageHead
        title={t("place.admin")}
        aside={
          <PlaceTabs label={t("place.admin")} here={here}>
            {adminTabs.map((x) => (
              <Link
                key={x}
                to="/admin/$tab"
                params={{ tab: x }}
                data-here={x === here || undefined}
                aria-current={x === here ? "page" : undefined}
              >
                {t(`admin.tab_${x}`)}
              </Link>
            ))}
            <Link to="/sources/sites">{t("admin.tab_sites")}</Link>
          </PlaceTabs>
        }
      />
      <Page />
    </>
  );
}
