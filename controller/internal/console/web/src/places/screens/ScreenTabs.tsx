import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useOpenIncidents } from "@/api/incidents";
import { ordersQuery, waitingOrdersQuery } from "@/api/orders";
import { useOrderRights } from "@/api/rights";
import { useMe } from "@/api/session";
import { PlaceTabs } from "@/ui/PlaceTabs";

/** A page of the screens' place. */
export type ScreenTab = "watch" | "incidents" | "shifts" | "plan" | "orders" | "devices" | "releases" | "shapes";

/** The pages of the screens' place that a person may see, the daily ones first. */
export function ScreenTabs({ here }: { here: ScreenTab }) {
  const { t } = useTranslation();
  const may = useOrderRights();
  const standing = useQuery({ ...ordersQuery, enabled: may.list, refetchInterval: here === "orders" ? 2000 : 15_000 });
  const waiting = useQuery({ ...waitingOrdersQuery, enabled: may.list });
  const { rights } = useMe();
  const incidents = useOpenIncidents(true);
  const orders = (standing.data?.length ?? 0) + (waiting.data?.length ?? 0);
  const watches = rights.includes("watch");
  const tabs = [
    { tab: "watch", to: "/screens", word: "order.tab_watch", shown: true, count: 0 },
    { tab: "incidents", to: "/screens/incidents", word: "incident.title", shown: watches, count: incidents },
    { tab: "shifts", to: "/screens/shifts", word: "shift.title", shown: watches, count: 0 },
    { tab: "plan", to: "/screens/plan", word: "plan.tab", shown: watches, count: 0 },
    { tab: "orders", to: "/screens/orders", word: "order.tab_orders", shown: may.list, count: orders },
    { tab: "devices", to: "/screens/devices", word: "device.tab", shown: watches, count: 0 },
    {
      tab: "releases",
      to: "/screens/releases",
      word: "release.tab",
      shown: rights.includes("manage_releases"),
      count: 0,
    },
    { tab: "shapes", to: "/screens/shapes", word: "shape.tab", shown: rights.includes("manage_screens"), count: 0 },
  ] as const;
  return (
    <PlaceTabs label={t("place.screens")} here={here}>
      {tabs
        .filter((it) => it.shown)
        .map(({ tab, to, word, count }) => (
          <Link
            key={tab}
            to={to}
            data-here={here === tab || undefined}
            aria-current={here === tab ? "page" : undefined}
          >
            {t(word)}
            {count > 0 && ` ${count}`}
          </Link>
        ))}
    </PlaceTabs>
  );
}
