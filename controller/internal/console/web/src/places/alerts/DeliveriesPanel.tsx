import { SegmentedControl } from "@mantine/core";
import { IconCheck, IconClock, IconEqual, IconHelp, IconMinus, IconSend, IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertChannel, type AlertDelivery, deliveriesQuery, never } from "@/api/alerts";
import { useFormat } from "@/i18n/useFormat";
import { reasonText } from "@/i18n/useProblemText";
import { Ago } from "@/ui/Ago";
import { MoreButton } from "@/ui/MoreButton";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Alerts.module.css";

const icons = {
  waiting: IconClock,
  handed: IconSend,
  gathered: IconEqual,
  sent: IconCheck,
  unsure: IconHelp,
  failed: IconX,
  dropped: IconMinus,
};

/** What was sent, what waits and what was lost, with the reason. */
export function DeliveriesPanel({ channels }: { channels: AlertChannel[] }) {
  const { t } = useTranslation();
  const { locale } = useFormat();
  const [open, setOpen] = useState(false);
  const list = useInfiniteQuery(deliveriesQuery(open, locale));
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Panel
      title={t("alert.log")}
      flush
      aside={
        <SegmentedControl
          size="sm"
          aria-label={t("alert.log")}
          value={open ? "open" : "all"}
          onChange={(v) => setOpen(v === "open")}
          data={[
            { value: "all", label: t("alert.log_all") },
            { value: "open", label: t("alert.log_open") },
          ]}
        />
      }
    >
      {list.error && <ProblemNote error={list.error} />}
      {list.data && items.length === 0 && (
        <p className={classes.quiet}>{t(open ? "alert.log_none_open" : "alert.log_none")}</p>
      )}
      <ul>
        {items.map((d) => (
          <Delivery key={d.id} delivery={d} channel={channels.find((c) => c.id === d.channel_id)} />
        ))}
      </ul>
      <MoreButton list={list} />
    </Panel>
  );
}

function Delivery({ delivery: d, channel }: { delivery: AlertDelivery; channel: AlertChannel | undefined }) {
  const { t } = useTranslation();
  const Icon = icons[d.state];
  const bad = d.state === "failed" || d.state === "unsure";
  const why = d.trouble.reason && reasonText(t as Parameters<typeof reasonText>[0], d.trouble);
  return (
    <li className={classes.delivery}>
      <span className={classes.state} data-bad={bad || undefined}>
        <Icon size={18} aria-hidden="true" />
        {t(`alert.state_${d.state}`)}
      </span>
      <span>
        {d.incident_id ? <Link to={`/screens/incidents/${d.incident_id}` as string}>{d.text}</Link> : d.text}
        <small>
          {channel?.name ?? t("alert.removed")} · {d.target}
          {d.attempts > 1 && ` · ${t("alert.attempts", { count: d.attempts })}`}
          {d.doubts > 0 && ` · ${t("alert.doubts", { count: d.doubts })}`}
        </small>
        {why && <small data-bad={bad || undefined}>{why}</small>}
      </span>
      <small>
        <Ago at={never(d.done_at) ? d.created_at : d.done_at} />
      </small>
    </li>
  );
}
