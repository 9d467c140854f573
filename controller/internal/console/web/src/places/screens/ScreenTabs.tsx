import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ordersQuery, waitingOrdersQuery } from "@/api/orders";
import { useOrderRights } from "@/api/rights";
import { useMe } from "@/api/session";
import { PlaceTabs } from "@/ui/PlaceTabs";

/** The watch view, the orders in force and the shapes of screens; whoever only watches sees no tabs. */
export function ScreenTabs({ here }: { here: "watch" | "orders" | "shapes" | "devices" }) {
  const { t } = useTranslation();
  const may = useOrderRights();
  const standing = useQuery({ ...ordersQuery, enabled: may.list, refetchInterval: here === "orders" ? 2000 : 15_000 });
  const waiting = useQuery({ ...waitingOrdersQuery, enabled: may.list });
  const shapes = useMe().rights.includes("manage_screens");
  if (!may.list && !shapes) return null;
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
          to="/screens/devices"
          data-here={here === "devices" || undefined}
          aria-current={here === "devices" ? "page" : undefined}
        >
          {t("device.tab")}
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
