import { Button, Skeleton } from "@mantine/core";
import { IconFilePencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Charter, type CharterState, charterQuery } from "@/api/charter";
import { useMe } from "@/api/session";
import { date } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { BringBack } from "./BringBack";
import classes from "./Charter.module.css";
import { CharterPeople } from "./CharterPeople";
import { CharterRules } from "./CharterRules";
import { FirstCharter } from "./FirstCharter";

/** Who may sign what, in words; its history; and what waits for the next one. */
export function CharterTab() {
  const { t } = useTranslation();
  const { data, error, refetch, isPending } = useQuery(charterQuery);
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (isPending || !data) return <Skeleton height={520} radius="md" aria-label={t("app.loading")} />;
  if (!data.charter) return <FirstCharter state={data} />;
  return <Whole state={data} charter={data.charter} />;
}

function Whole({ state, charter: c }: { state: CharterState; charter: Charter }) {
  const { t } = useTranslation();
  const mayPrepare = useMe().rights.includes("manage_people");
  return (
    <div className={classes.page}>
      <Panel
        title={t("charter.title", { number: c.number })}
        aside={
          mayPrepare && (
            <Button component={Link} to="/admin/charter/next" leftSection={<IconFilePencil size={18} />}>
              {t("charter.compose")}
            </Button>
          )
        }
      >
        <CharterRules charter={c} />
      </Panel>
      <Pending state={state} />
      <Panel title={t("charter.people")} flush>
        <CharterPeople people={c.people} />
      </Panel>
      {mayPrepare && (
        <Panel title={t("charter.bring_back")}>
          <BringBack roots={c.roots} threshold={c.root_threshold} />
        </Panel>
      )}
      <Panel title={t("charter.history")} flush>
        <ol className={classes.history}>
          {state.history.toReversed().map((h) => (
            <li key={h.number}>
              <strong>{t("charter.number", { number: h.number })}</strong>
              <span>
                {t("charter.from_until", { from: date(new Date(h.issued_at)), until: date(new Date(h.expires_at)) })}
              </span>
              <code title={h.digest}>{h.digest.slice(0, 16)}…</code>
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  );
}

/** Keys that people have offered and no charter names. */
export function Pending({ state }: { state: CharterState }) {
  const { t } = useTranslation();
  if (state.pending_credentials.length === 0) return null;
  return (
    <Panel title={t("charter.pending", { count: state.pending_credentials.length })} flush>
      <ul className={classes.history}>
        {state.pending_credentials.map((k) => (
          <li key={k.id}>
            <strong>{k.person_name}</strong>
            <span>
              {t(`keys.kind_${k.kind}`)} “{k.label}”{k.independent && ` · ${t("charter.independent")}`} ·{" "}
              <Ago at={k.created_at} />
            </span>
            <code>{k.id}</code>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
