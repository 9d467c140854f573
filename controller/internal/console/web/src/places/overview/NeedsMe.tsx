import { Skeleton } from "@mantine/core";
import { IconArrowBackUp, IconChecks, IconFileDiff, IconPencil, IconUrgent } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { incidentsQuery } from "@/api/incidents";
import { mediaListQuery } from "@/api/media";
import { queueQuery } from "@/api/review";
import type { Me } from "@/api/types";
import { changesQuery, judging } from "@/api/upstream";
import { useWatch } from "@/api/useWatch";
import { Empty } from "@/ui/Empty";
import { Panel } from "@/ui/Panel";
import { placeWords, whatWords } from "../incidents/incidentWords";
import { waitingItems } from "../review/waitingItems";
import { whyWords } from "../screens/reasonWords";
import { isBad } from "../screens/worst";
import { hostOf } from "../upstream/hostOf";
import classes from "./Overview.module.css";
import { TaskRow } from "./TaskRow";

const most = 6;

/** What waits for this person: troubled screens, decisions, own items that came back, own drafts. */
export function NeedsMe({ me }: { me: Me }) {
  const { t } = useTranslation();
  const reviews = me.places.includes("review");
  const content = me.places.includes("content");
  const queue = useQuery({ ...queueQuery, enabled: reviews });
  const drafts = useInfiniteQuery({ ...mediaListQuery({ state: "draft", author: "me" }), enabled: content });
  const judges = judging.some((r) => me.rights.includes(r));
  const changed = useQuery({ ...changesQuery, enabled: judges }).data ?? [];
  const flooded = changed.filter((c) => c.flooded);
  const floods = [...new Set(flooded.map((c) => hostOf(c.address)))].map((host) => ({
    host,
    all: flooded.filter((c) => hostOf(c.address) === host),
  }));
  const single = changed.filter((c) => !c.flooded);
  const troubled = useWatch(me.places.includes("screens")).screens.filter(isBad);
  const watches = me.places.includes("screens");
  const critical = (
    useInfiniteQuery({ ...incidentsQuery({ state: "open" }), enabled: watches }).data?.pages[0]?.items ?? []
  ).filter((i) => i.severity === "critical");
  // A screen with an incident is told of once.
  const told = new Set(critical.flatMap((i) => (i.screen ? [i.screen.id] : i.members.map((m) => m.screen))));
  const bad = troubled.filter((s) => !told.has(s.id));
  const waiting = waitingItems(queue.data);
  const returned = queue.data?.mine_returned ?? [];
  const mine = drafts.data?.pages[0]?.items ?? [];
  if ((reviews && queue.isPending) || (content && drafts.isPending)) return <Skeleton height={480} radius="md" />;
  const nothing = critical.length + bad.length + changed.length + waiting.length + returned.length + mine.length === 0;
  return (
    <Panel title={t("overview.needs_me")} flush>
      {nothing && <Empty icon={IconChecks} title={t("overview.nothing")} hint={t("overview.nothing_hint")} />}
      <ul className={classes.tasks}>
        {critical.slice(0, most).map((i) => (
          <TaskRow
            key={i.id}
            to={`/screens/incidents/${i.id}`}
            picture=""
            title={`${t(`incident.rule_${i.rule}`)} · ${placeWords(i)}`}
            note={whatWords(t, i)}
            mark={i.owner?.name ?? t("incident.severity_critical")}
            tone="bad"
          />
        ))}
        {bad.slice(0, most).map((s) => (
          <TaskRow
            key={s.id}
            to={`/screens/${s.id}`}
            picture={s.showing?.thumbnail_url ?? ""}
            title={`${s.name} · ${s.cluster.name}`}
            note={s.reason ? whyWords(t, s.reason) : ""}
            mark={t(`watch.state_${s.state}`)}
            tone="bad"
          />
        ))}
        {floods.map(({ host, all }) => (
          <TaskRow
            key={host}
            to={`/sources/changes/${all[0]?.id}`}
            picture={all[0]?.media[0]?.thumbnail_url ?? ""}
            title={t("upstream.flood", { host, count: all.length })}
            note={t("upstream.flood_note")}
            mark={t("upstream.flood_mark")}
            tone="bad"
            icon={IconUrgent}
          />
        ))}
        {single.slice(0, most).map((c) => (
          <TaskRow
            key={c.id}
            to={`/sources/changes/${c.id}`}
            picture={c.media[0]?.thumbnail_url ?? ""}
            title={c.media.map((m) => m.name).join(", ")}
            note={c.media.some((m) => m.held) ? t("upstream.held_task") : c.address}
            mark={t(`upstream.state_${c.state}`)}
            tone="warn"
            icon={IconFileDiff}
          />
        ))}
        {waiting.slice(0, most).map(({ media, step }) => (
          <TaskRow
            key={media.id}
            to="/review"
            search={{ item: media.id }}
            picture={media.thumbnail_url}
            title={media.title}
            note={media.author.name}
            mark={t(`media.state_${step === "review" ? "submitted" : "reviewed"}`)}
            tone="info"
          />
        ))}
        {waiting.length > most && (
          <TaskRow
            to="/review"
            picture=""
            title={t("overview.more_waiting", { count: waiting.length - most })}
            icon={IconChecks}
          />
        )}
        {returned.slice(0, most).map((m) => (
          <TaskRow
            key={m.id}
            to={`/content/${m.id}`}
            picture={m.thumbnail_url}
            title={m.title}
            note={m.decisions.findLast((d) => d.decision === "return")?.reason ?? ""}
            mark={t("media.state_returned")}
            tone="warn"
            icon={IconArrowBackUp}
          />
        ))}
        {mine.slice(0, most).map((m) => (
          <TaskRow
            key={m.id}
            to={`/content/${m.id}`}
            picture={m.thumbnail_url}
            title={m.title}
            note={t("overview.draft_hint")}
            mark={t("media.state_draft")}
            icon={IconPencil}
          />
        ))}
      </ul>
    </Panel>
  );
}
