import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useOpenIncidents } from "@/api/incidents";
import { ordersQuery, waitingOrdersQuery } from "@/api/orders";
import { useOrderRights } from "@/api/rights";
import { useMe } from "@/api/session";
import { PlaceTabs } from "@/ui/PlaceTabs";

/** A tab of the screens. */
export type ScreenTab = "watch" | "incidents" | "plan" | "orders" | "shapes";

/** The watch view, the incidents, the plans of sites, the orders in force and the shapes of screens. */
export function ScreenTabs({ here }: { here: ScreenTab }) {
  const { t } = useTranslation();
  const may = useOrderRights();
  const standing = useQuery({ ...ordersQuery, enabled: may.list, refetchInterval: here === "orders" ? 2000 : 15_000 });
  const waiting = useQuery({ ...waitingOrdersQuery, enabled: may.list });
  const { rights } = useMe();
  const shapes = rights.includes("manage_screens");
  const incidents = useOpenIncidents(true);
  const count = (standing.data?.length ?? 0) + (waiting.data?.length ?? 0);
  return (
    <PlaceTabs label={t("place.screens")} here={here}>
      <Link
        to="/screens"
        data-here={here === "watch" || undefined}
        aria-current={here === "watch" ? "page" : undefined}
      >
        {t("order.tab_watch")}
      </Link>
      <Link
        to="/screens/incidents"
        data-here={here === "incidents" || undefined}
        aria-current={here === "incidents" ? "page" : undefined}
      >
        {t("incident.title")}
        {incidents > 0 && ` ${incidents}`}
      </Link>
      {rights.includes("watch") && (
        <Link
          to="/screens/plan"
          data-here={here === "plan" || undefined}
          aria-current={here === "plan" ? "page" : undefined}
        >
          {t("plan.tab")}
        </Link>
      )}
      {may.list && (
        <Link
          to="/screens/orders"
          data-here={here === "orders" || undefined}
          aria-current={here === "orders" ? "page" : undefined}
        >
          {t("order.tab_orders")}
          {count > 0 && ` ${count}`}
        </Link>
      )}
      {shapes && (
        <Link
          to="/screens/shapes"
          data-here={here === "shapes" || undefined}
          aria-current={here === "shapes" ? "page" : undefined}
        >
          {t("shape.tab")}
        </Link>
      )}
    </PlaceTabs>
  );
}
