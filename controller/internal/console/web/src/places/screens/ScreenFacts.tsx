import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ScreenState, Trust } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { UpdateMark } from "@/places/releases/marks";
import { dateTime } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { profileName } from "@/ui/profileName";
import { refusalWords } from "./reasonWords";
import classes from "./Screens.module.css";

/** What the screen goes by beside its programme; nothing before there is a charter. */
function trustFacts(t: (key: string, params?: Record<string, unknown>) => string, trust: Trust): [string, ReactNode][] {
  const out: [string, ReactNode][] = [];
  const { charter, orders, latched, heard_at, late_at } = trust;
  if (!charter?.wanted && !charter?.held) return out;
  const of = (n: { held: number; wanted: number }) =>
    n.held >= n.wanted ? t("trust.newest", { number: n.held }) : t("trust.behind", { held: n.held, wanted: n.wanted });
  out.push([t("trust.charter"), of(charter)]);
  if (orders && orders.wanted > 0) out.push([t("trust.orders"), of(orders)]);
  if (latched.length > 0) {
    out.push([
      t("trust.latched"),
      latched.map((l) => (
        <div key={l.id}>
          {t(`order.kind_${l.kind}`)}
          {l.local && ` (${t("trust.local")})`} · <Ago at={l.since} />
        </div>
      )),
    ]);
  }
  if (heard_at) out.push([t("trust.heard"), <Ago key="heard" at={heard_at} />]);
  if (late_at) out.push([t("trust.late"), dateTime(new Date(late_at))]);
  const refused = Object.entries(trust.refused).sort((a, b) => b[1] - a[1]);
  if (refused.length > 0) {
    out.push([
      t("trust.refused"),
      refused.map(([code, count]) => (
        <div key={code}>{t("trust.refused_of", { count, what: refusalWords(t, code) })}</div>
      )),
    ]);
  }
  return out;
}

/** What the screen has reported; what it has not is left out. */
export function ScreenFacts({ screen: s }: { screen: ScreenState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { wanted, held } = s.programme;
  const facts: [string, ReactNode][] = [];
  const add = (key: string, value: ReactNode) => facts.push([t(`watch.fact_${key}`), value]);
  if (s.last_seen_at) add("seen", <Ago at={s.last_seen_at} />);
  if (wanted) {
    const same = held?.counter === wanted.counter;
    const issued = (held ?? wanted).issued_at;
    add(
      "programme",
      <>
        {same ? t("watch.programme_same") : t("watch.programme_old")}
        {issued && (
          <>
            {" · "}
            <Ago at={issued} />
          </>
        )}
      </>,
    );
  }
  add("profile", profileName(t, s.profile));
  if (s.tags.length > 0) add("tags", s.tags.join(", "));
  if (s.disk) add("disk", t("watch.disk", { free: format.bytes(s.disk.free), total: format.bytes(s.disk.total) }));
  if (s.clock) add("clock", t(`watch.clock_${s.clock.state}`));
  if (s.trust) facts.push(...trustFacts(t, s.trust));
  if (s.version) {
    add(
      "version",
      <>
        {s.version} {s.update && <UpdateMark state={s.update.state} />}
      </>,
    );
  }
  if (s.player_url) {
    add(
      "player",
      <Anchor href={s.player_url} target="_blank" rel="noreferrer" size="sm">
        {s.player_url}
      </Anchor>,
    );
  }
  return (
    <Panel title={t("watch.facts")}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
