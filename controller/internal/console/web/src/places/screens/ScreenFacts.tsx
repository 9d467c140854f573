import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ScreenState } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { profileName } from "@/ui/profileName";
import classes from "./Screens.module.css";

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
  if (s.version) add("version", s.version);
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
