import { Button, Progress } from "@mantine/core";
import {
  IconAlertOctagonFilled,
  IconArrowsExchange,
  IconBan,
  IconCircleCheckFilled,
  IconHourglassEmpty,
  IconLockOpen,
  IconPhotoPause,
  IconSpeakerphone,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Order, Receipt } from "@/api/orders";
import { reasonText } from "@/i18n/useProblemText";
import { Places } from "@/signing/StatementView";
import { dateTime } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { StateMark } from "@/ui/StateMark";
import classes from "./Orders.module.css";

const icons = {
  takedown: IconBan,
  bulletin: IconSpeakerphone,
  lift: IconLockOpen,
  place: IconArrowsExchange,
  safe: IconPhotoPause,
};

interface Props {
  order: Order;
  /** What a lift ends, where that is known. */
  of?: Order | undefined;
  /** A lift of it waits for more signatures. */
  lifting?: boolean;
  onLift?: (() => void) | undefined;
  onSign?: (() => void) | undefined;
}

/** One order: what, where, who, and how each screen has taken it. */
export function OrderCard({ order: o, of, lifting = false, onLift, onSign }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const Icon = icons[o.kind];
  const late = o.receipts.filter((r) => r.state !== "obeyed");
  return (
    <li className={classes.card} data-kind={o.kind}>
      <Icon size={22} stroke={1.6} aria-hidden="true" />
      <div className={classes.words}>
        <h3>
          {t(`order.kind_${o.kind}`)}
          {o.title && (
            <>
              {": "}
              <Link to="/content/$id" params={{ id: o.media_id }}>
                {o.title}
              </Link>
            </>
          )}
          {o.text[0] && `: ${o.text[0].title}`}
          {of && `: ${t(`order.kind_${of.kind}`)}${of.title && ` “${of.title}”`}`}
        </h3>
        {o.text[0]?.body && <p>{o.text[0].body}</p>}
        {o.reason && <p>{o.reason}</p>}
        <p className={classes.quiet}>
          <Where order={o} /> · {o.by.join(", ")} · <Ago at={o.at} />
          {o.until && ` · ${t("order.ends", { at: dateTime(new Date(o.until)) })}`}
        </p>
        {o.refusal && (
          <p className={classes.bad}>
            <IconAlertOctagonFilled size={16} aria-hidden="true" /> {reasonText(t, { reason: o.refusal })}
          </p>
        )}
        {o.signed < o.needs && (
          <p className={classes.quiet}>{t("order.signed_of", { signed: o.signed, needs: o.needs })}</p>
        )}
        {lifting && <p className={classes.quiet}>{t("order.lift_asked")}</p>}
      </div>
      <div className={classes.side}>
        {o.screens_told > 0 && (
          <button type="button" className={classes.told} aria-expanded={open} onClick={() => setOpen(!open)}>
            <span>{t("order.obeyed_of", { obeyed: o.screens_obeyed, told: o.screens_told })}</span>
            <Progress
              size={6}
              color={late.length > 0 ? "yellow" : "teal"}
              value={(100 * o.screens_obeyed) / o.screens_told}
              aria-hidden="true"
            />
          </button>
        )}
        {onLift && (
          <Button variant="default" leftSection={<IconLockOpen size={18} />} onClick={onLift}>
            {t("order.lift")}
          </Button>
        )}
        {onSign && <Button onClick={onSign}>{t("order.sign_too")}</Button>}
      </div>
      {open && <Receipts all={o.receipts} />}
    </li>
  );
}

function Where({ order: o }: { order: Order }) {
  const { t } = useTranslation();
  if (o.screens.length === 0) return <Places ids={o.clusters} bare />;
  const names = o.screens.map((id) => o.receipts.find((r) => r.screen_id === id)?.name);
  return names.every(Boolean) ? names.join(", ") : t("watch.all", { count: o.screens.length });
}

const marks = {
  waiting: [IconHourglassEmpty, "warn"],
  obeyed: [IconCircleCheckFilled, "ok"],
  refused: [IconAlertOctagonFilled, "bad"],
} as const;

/** Screen by screen, those that have not obeyed first. */
function Receipts({ all }: { all: Receipt[] }) {
  const { t } = useTranslation();
  const sorted = all.toSorted((a, b) => Number(a.state === "obeyed") - Number(b.state === "obeyed"));
  return (
    <ul className={classes.receipts}>
      {sorted.map((r) => {
        const [icon, tone] = marks[r.state];
        return (
          <li key={r.screen_id}>
            <Link to="/screens/$id" params={{ id: r.screen_id }}>
              {r.name}
            </Link>
            <StateMark icon={icon} tone={tone} label={t(`order.receipt_${r.state}`)} plain />
            <span className={classes.quiet}>
              <Ago at={r.at} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
