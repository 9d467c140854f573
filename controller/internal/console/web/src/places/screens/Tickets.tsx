import { Button } from "@mantine/core";
import { IconUsb } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Ticket, ticketsQuery, useConfirmPC, useRevokeTicket } from "@/api/tickets";
import { dateTime } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { useToast } from "@/ui/useToast";
import classes from "./Devices.module.css";
import { TicketDialog } from "./TicketDialog";

function Row({ ticket: k }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const toast = useToast();
  const confirm = useConfirmPC();
  const revoke = useRevokeTicket();
  const left = k.seats.filter((s) => s.screen_id === "").length;
  return (
    <li className={classes.ticket}>
      <div>
        <strong>{k.cluster.name}</strong> · {t("ticket.left", { left, of: k.seats.length })} ·{" "}
        {k.state === "open" ? t("ticket.until", { at: dateTime(new Date(k.until)) }) : t(`ticket.state_${k.state}`)}
        {k.state === "open" && !k.confirm && ` · ${t("ticket.unasked")}`}
      </div>
      {k.state === "open" && (
        <Button
          variant="subtle"
          color="red"
          loading={revoke.isPending}
          onClick={() => revoke.mutate(k.id, { onError: toast.problem })}
        >
          {t("ticket.revoke")}
        </Button>
      )}
      {k.waiting.map((w) => (
        <div key={w.pairing} className={classes.waiting}>
          <span>
            {t("ticket.waiting", { name: w.name })}
            <small>
              {w.hostname} · {w.address} · <Ago at={w.since} />
            </small>
          </span>
          <Button
            loading={confirm.isPending && confirm.variables?.pairing === w.pairing}
            onClick={() => confirm.mutate({ id: k.id, pairing: w.pairing }, { onError: toast.problem })}
          >
            {t("ticket.confirm_go")}
          </Button>
        </div>
      ))}
    </li>
  );
}

/** Joining many PCs by a stick: a file to take along, and who waits to be let in. */
export function Tickets() {
  const { t } = useTranslation();
  const tickets = useQuery(ticketsQuery).data ?? [];
  const [adding, setAdding] = useState(false);
  const shown = tickets.filter((k) => k.state === "open" || k.waiting.length > 0);
  return (
    <div className={classes.panels}>
      <Panel
        title={t("ticket.title")}
        aside={
          <Button variant="subtle" leftSection={<IconUsb size={18} />} onClick={() => setAdding(true)}>
            {t("ticket.add")}
          </Button>
        }
      >
        {shown.length === 0 && <p className={classes.hint}>{t("ticket.none")}</p>}
        <ul className={classes.list}>
          {shown.map((k) => (
            <Row key={k.id} ticket={k} />
          ))}
        </ul>
      </Panel>
      {adding && <TicketDialog onClose={() => setAdding(false)} />}
    </div>
  );
}
