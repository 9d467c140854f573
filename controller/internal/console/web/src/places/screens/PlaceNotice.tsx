import { Alert } from "@mantine/core";
import { IconAlertOctagonFilled, IconArrowsExchange } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { ordersQuery } from "@/api/orders";
import { useFormat } from "@/i18n/useFormat";
import { Ago } from "@/ui/Ago";

/** Says while a screen has not confirmed that it stands where a signed order has placed it. */
export function PlaceNotice({ screen }: { screen: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const clusters = useQuery(clustersQuery).data ?? [];
  const order = useQuery(ordersQuery).data?.find((o) => o.kind === "place" && o.screens.includes(screen));
  if (!order) return null;
  const name = (id: string) => clusters.find((c) => c.id === id)?.name ?? id;
  const refused = order.receipts.some((r) => r.state === "refused");
  const from = format.list(order.clusters.filter((c) => c !== order.cluster).map(name));
  return (
    <Alert
      mb="md"
      color={refused ? "marker" : "gray"}
      role="status"
      icon={refused ? <IconAlertOctagonFilled size={20} /> : <IconArrowsExchange size={20} />}
      title={t(refused ? "order.place_refused" : "order.place_waits", { cluster: name(order.cluster) })}
    >
      <p>{t(refused ? "order.place_refused_hint" : "order.place_waits_hint", { cluster: from })}</p>
      <p>
        {order.by.join(", ")} · <Ago at={order.at} />
        {order.reason && ` · ${order.reason}`}
      </p>
    </Alert>
  );
}
