import { IconCalendarMinus, IconCalendarPlus, IconMinus, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ScreenChange } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { Ago } from "@/ui/Ago";
import classes from "./Publish.module.css";

const most = 6;

/** What one screen gains and loses, how much it must fetch and when it will be there. */
export function ChangeRow({ change: c }: { change: ScreenChange }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lines = [
    ...c.entries_added.map((e) => ({ key: `e+${e.id}`, Icon: IconCalendarPlus, kind: "add", text: e.title })),
    ...c.entries_removed.map((e) => ({ key: `e-${e.id}`, Icon: IconCalendarMinus, kind: "cut", text: e.title })),
    ...c.added.map((m) => ({ key: `m+${m.media_id}`, Icon: IconPlus, kind: "add", text: m.title })),
    ...c.removed.map((m) => ({ key: `m-${m.media_id}`, Icon: IconMinus, kind: "cut", text: m.title })),
  ];
  return (
    <li className={classes.change}>
      <h3>
        {c.screen.name} <span>{c.screen.cluster.name}</span>
      </h3>
      <p className={classes.eta}>
        {c.bytes_to_fetch > 0
          ? t("publish.fetch", { size: format.bytes(c.bytes_to_fetch), span: format.span(c.eta_s) })
          : t("publish.no_fetch")}
        {c.first_show_at && (
          <>
            {" · "}
            {t("publish.first_show")} <Ago at={c.first_show_at} />
          </>
        )}
      </p>
      {lines.length === 0 && <p className={classes.eta}>{t("publish.order_only")}</p>}
      <ul>
        {lines.slice(0, most).map(({ key, Icon, kind, text }) => (
          <li key={key} data-kind={kind}>
            <Icon size={16} aria-hidden="true" />
            <span className="visually-hidden">{t(kind === "add" ? "publish.added" : "publish.removed")}</span>
            {text}
          </li>
        ))}
        {lines.length > most && <li>{t("publish.and_more", { count: lines.length - most })}</li>}
      </ul>
    </li>
  );
}
