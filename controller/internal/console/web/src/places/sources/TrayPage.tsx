import { Button, SegmentedControl } from "@mantine/core";
import { IconCalendarClock, IconInbox } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type FindState, type SourceFind, trayQuery } from "@/api/sources";
import { ContentTabs } from "@/places/content/ContentTabs";
import { GridSkeleton } from "@/places/content/GridSkeleton";
import { Ago } from "@/ui/Ago";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { AlikeMark } from "./AlikeNote";
import { Picture } from "./ItemCard";
import { SearchList } from "./SearchList";
import classes from "./Sources.module.css";

const route = getRouteApi("/shell/sources/tray");
const states: FindState[] = ["waiting", "taken", "rejected"];

/** Pages that were fetched, and what became of them. Nothing here is on a screen. */
export function TrayPage() {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const state = route.useSearch().state ?? "waiting";
  const { search } = route.useSearch();
  const tray = useQuery(trayQuery(state, search));
  return (
    <>
      <PageHead title={t("place.content")} aside={<ContentTabs here="tray" />} />
      <SegmentedControl
        mb="md"
        data={states.map((s) => ({ value: s, label: t(`sources.state_${s}`) }))}
        value={state}
        onChange={(s) =>
          void navigate({ search: (now) => ({ ...now, state: s === "taken" || s === "rejected" ? s : undefined }) })
        }
      />
      <SearchList
        chosen={search}
        onChoose={(id) => void navigate({ search: (now) => ({ ...now, search: id }), replace: true })}
      />
      {tray.error && <ProblemNote error={tray.error} onRetry={() => void tray.refetch()} />}
      {tray.isPending && <GridSkeleton />}
      {tray.data?.length === 0 && (
        <Empty
          icon={IconInbox}
          title={t(`sources.tray_no_${state}`)}
          hint={state === "waiting" ? t("sources.tray_empty_hint") : t(`sources.tray_hint_${state}`)}
          action={
            <Button component={Link} to="/sources" variant="default">
              {t("sources.tab_sources")}
            </Button>
          }
        />
      )}
      <ul className={classes.grid}>
        {tray.data?.map((find) => (
          <FindCard key={find.id} find={find} />
        ))}
      </ul>
    </>
  );
}

function FindCard({ find }: { find: SourceFind }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link to="/sources/tray/$id" params={{ id: find.id }} className={classes.card} title={find.article.title}>
        <Picture url={find.article.pictures[0]?.picture_url ?? ""} />
        <span className={classes.title}>{find.article.title}</span>
        <span className={classes.meta}>
          <span>
            {find.article.publisher || find.site} · <Ago at={find.fetched_at} />
          </span>
        </span>
        {find.search && (
          <span className={classes.meta} title={t("saved.by", { name: find.search.name })}>
            <IconCalendarClock size={15} stroke={1.8} aria-hidden="true" />
            {find.search.name}
          </span>
        )}
        <AlikeMark alike={find.alike} />
        {find.article.mixed && <span className={classes.warn}>{t("sources.mixed_short")}</span>}
      </Link>
    </li>
  );
}
