import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ordersQuery, waitingOrdersQuery } from "@/api/orders";
import { useOrderRights } from "@/api/rights";
import { PlaceTabs } from "@/ui/PlaceTabs";

/** The watch view and the orders in force; whoever only watches sees no tabs. */
export function ScreenTabs({ here }: { here: "watch" | "orders" }) {
  const { t } = useTranslation();
  const may = useOrderRights();
  const standing = useQuery({ ...ordersQuery, enabled: may.list, refetchInterval: here === "orders" ? 2000 : 15_000 });
  const waiting = useQuery({ ...waitingOrdersQuery, enabled: may.list });
  if (!may.list) return null;
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
        to="/screens/orders"
        data-here={here === "orders" || undefined}
        aria-current={here === "orders" ? "page" : undefined}
      >
        {t("order.tab_orders")}
        {count > 0 && ` ${count}`}
      </Link>
    </PlaceTabs>
  );
}
