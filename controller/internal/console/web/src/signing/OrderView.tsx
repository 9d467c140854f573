import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { mediaQuery } from "@/api/media";
import { ordersQuery } from "@/api/orders";
import { useWatch } from "@/api/useWatch";
import { dateTime } from "@/time/format";
import { BulletinStage } from "./BulletinStage";
import type { OrderWords } from "./order";
import { PlaceWords } from "./PlaceWords";
import classes from "./Signing.module.css";
import { Places } from "./StatementView";

/** Everything that an order says, read from its bytes. */
export function OrderView({ words: o }: { words: OrderWords }) {
  const { t } = useTranslation();
  const screens = useWatch().screens;
  const rows: [string, ReactNode][] = [];
  if (o.lifts) rows.push([t("order.lifts"), <Lifted key="lifts" id={o.lifts} />]);
  if (o.screens.length > 0) {
    const names = o.screens.map((id) => screens.find((s) => s.id === id)?.name ?? id);
    rows.push([t("order.screens"), names.join(", ")]);
  }
  const left = o.clusters.filter((c) => c !== o.cluster);
  if (o.kind === "place") {
    rows.push([t("order.from_cluster"), <Places key="from" ids={left} />]);
    rows.push([t("order.to_cluster"), <Places key="to" ids={[o.cluster]} />]);
  } else {
    rows.push([
      o.screens.length > 0 ? t("order.in_clusters") : t("order.where"),
      <Places key="where" ids={o.clusters} />,
    ]);
  }
  if (o.level) rows.push([t("order.level"), t(`order.level_${o.level}`)]);
  if (o.until) rows.push([t("order.until"), dateTime(new Date(o.until))]);
  if (o.reason) rows.push([t("order.reason"), o.reason]);
  rows.push([t("sign.at"), dateTime(new Date(o.issued_at))]);
  return (
    <div className={classes.order} data-text={o.text.length > 0 || undefined}>
      {o.text.length > 0 && <BulletinStage text={o.text} level={o.level} />}
      {o.media && <Taken id={o.media} renditions={o.renditions.length} />}
      <div className={classes.facts}>
        <dl>
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      {o.kind === "place" && left[0] && <PlaceWords from={left[0]} to={o.cluster} />}
    </div>
  );
}

function Taken({ id, renditions }: { id: string; renditions: number }) {
  const { t } = useTranslation();
  const { data } = useQuery(mediaQuery(id));
  return (
    <div className={classes.taken}>
      {data && <img src={data.thumbnail_url} alt="" />}
      <span>
        <strong>{data?.title ?? id}</strong>
        <code>{id}</code>
        <span className={classes.quiet}>{t("order.renditions", { count: renditions })}</span>
      </span>
    </div>
  );
}

function Lifted({ id }: { id: string }) {
  const { t } = useTranslation();
  const order = useQuery(ordersQuery).data?.find((o) => o.id === id);
  return (
    <>
      {order
        ? `${t(`order.kind_${order.kind}`)}${order.title && ` “${order.title}”`} · ${order.by.join(", ")} · ${dateTime(new Date(order.at))} `
        : ""}
      <code>{id.slice(-8)}</code>
    </>
  );
}
