import { Alert, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeQuery, type SourceDifference } from "@/api/upstream";
import { reasonText } from "@/i18n/useProblemText";
import { Ago } from "@/ui/Ago";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { KeepDialog } from "./KeepDialog";
import { Side } from "./Side";
import classes from "./Upstream.module.css";

const route = getRouteApi("/shell/sources/changes/$id");

/** A page that approved media came from, as it was and as it is: a person keeps the media or withdraws it. */
export function ChangePage() {
  const { id } = route.useParams();
  const found = useQuery(changeQuery(id));
  if (found.error) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  return <Change key={found.data.id} change={found.data} />;
}

function Change({ change }: { change: SourceDifference }) {
  const { t } = useTranslation();
  const [keeping, setKeeping] = useState(false);
  const { state, before, after } = change;
  return (
    <>
      <BackLink to="/" label={t("place.overview")} />
      <PageHead
        title={t(`upstream.state_${state}`)}
        aside={<Ago at={change.noticed_at} />}
        actions={
          change.keeps && state !== "unread" && <Button onClick={() => setKeeping(true)}>{t("upstream.keep")}</Button>
        }
      />
      <Alert color={state === "unread" ? "gray" : "yellow"} variant="light" mb="md">
        {t(`upstream.hint_${state}`)} {change.problem && reasonText(t, change.problem)}
      </Alert>
      <Panel title={t("upstream.media")}>
        <ul>
          {change.media.map((m) => (
            <li key={m.id}>
              <Link to="/content/$id" params={{ id: m.id }}>
                {m.name}
              </Link>
            </li>
          ))}
        </ul>
        <p className={classes.address}>{change.address}</p>
      </Panel>
      <div className={classes.sides} data-one={!after || undefined}>
        <Side title={t("upstream.before")} article={before} other={after} kind="gone" />
        {after && <Side title={t("upstream.after")} article={after} other={before} kind="new" />}
      </div>
      {keeping && <KeepDialog change={change} onClose={() => setKeeping(false)} />}
    </>
  );
}
