import { Button, Skeleton } from "@mantine/core";
import { IconPlayerPause, IconRefresh, IconUrgent } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeQuery, changesQuery, type SourceDifference, useLookAgain } from "@/api/upstream";
import { reasonText } from "@/i18n/useProblemText";
import { Ago } from "@/ui/Ago";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { PageLink } from "@/ui/PageLink";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import { ArticleText } from "../sources/ArticleText";
import { ChangedMedia } from "./ChangedMedia";
import { Comparison } from "./Comparison";
import { hostOf } from "./hostOf";
import { KeepDialog } from "./KeepDialog";
import { Note } from "./Note";
import classes from "./Upstream.module.css";

const route = getRouteApi("/shell/sources/changes/$id");

/** A page that approved media came from, as it was and as it is: a person keeps the media or withdraws it. */
export function ChangePage() {
  const { id } = route.useParams();
  const found = useQuery(changeQuery(id));
  if (found.error) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton height={560} radius="md" />;
  return <Change key={found.data.id} change={found.data} />;
}

function Change({ change }: { change: SourceDifference }) {
  const { t } = useTranslation();
  const toast = useToast();
  const again = useLookAgain();
  const [keeping, setKeeping] = useState(false);
  const { state, before, after, media } = change;
  const held = media.some((m) => m.held);
  const open = state !== "same" && state !== "let_go";
  const decides = change.keeps && state !== "unread" && open;
  return (
    <>
      <BackLink to="/" label={t("place.overview")} />
      <PageHead
        title={t(`upstream.state_${state}`)}
        aside={<Ago at={change.noticed_at} />}
        actions={
          <>
            {media[0] && (
              <Button
                variant="default"
                leftSection={<IconRefresh size={18} />}
                loading={again.isPending}
                onClick={() => again.mutate(media[0]?.id ?? "", { onError: toast.problem })}
              >
                {t("upstream.again")}
              </Button>
            )}
            {decides && <Button onClick={() => setKeeping(true)}>{t("upstream.keep")}</Button>}
          </>
        }
      />
      {change.flooded && open ? (
        <Note tone="bad" icon={IconUrgent} title={t("upstream.flood_title")}>
          {t("upstream.flood_hint")}
        </Note>
      ) : held ? (
        <Note tone="warn" icon={IconPlayerPause} title={t("upstream.held_title")}>
          {t("upstream.held_hint")}
        </Note>
      ) : null}
      <p className={classes.hint}>
        {t(`upstream.hint_${state}`)} {change.problem && reasonText(t, change.problem)}
      </p>
      <Panel title={t("upstream.media")}>
        <ChangedMedia media={media} />
        <p className={classes.address}>
          <PageLink url={change.address} />
          {change.checked_at && (
            <>
              {" · "}
              {t("upstream.read")} <Ago at={change.checked_at} />
            </>
          )}
        </p>
      </Panel>
      <div className={classes.compared}>
        {after ? (
          <Panel>
            <Comparison before={before} after={after} />
          </Panel>
        ) : (
          <Panel title={t("upstream.before")}>
            <h3 className={classes.title}>{before.title}</h3>
            <ArticleText article={before} />
          </Panel>
        )}
      </div>
      <Others change={change} />
      {keeping && <KeepDialog change={change} onClose={() => setKeeping(false)} />}
    </>
  );
}

/** Other pages of the same site that wait: when all of it changes, one goes on from here. */
function Others({ change }: { change: SourceDifference }) {
  const { t } = useTranslation();
  const host = hostOf(change.address);
  const others = (useQuery(changesQuery).data ?? []).filter((c) => c.id !== change.id && hostOf(c.address) === host);
  if (others.length === 0) return null;
  return (
    <Panel title={t("upstream.others", { host })}>
      <ul className={classes.others}>
        {others.map((c) => (
          <li key={c.id}>
            <Link to="/sources/changes/$id" params={{ id: c.id }}>
              {c.media.map((m) => m.name).join(", ")}
            </Link>{" "}
            <small>{t(`upstream.state_${c.state}`)}</small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
