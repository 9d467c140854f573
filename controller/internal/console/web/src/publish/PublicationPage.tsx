import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { publicationQuery } from "@/api/publish";
import { dateTime } from "@/time/format";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { RestButton, useFirst } from "@/ui/RestButton";
import classes from "./Publish.module.css";
import { StageTrack } from "./StageTrack";

const route = getRouteApi("/shell/publications/$id");
/** So many screens at a time. */
const step = 100;

/** A publication on its way to the glass, screen by screen. */
export function PublicationPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { data: p, error, refetch } = useQuery(publicationQuery(id));
  const { first, left, more } = useFirst(p?.screens ?? [], step);
  if (error && !p) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!p) return <Skeleton height={480} radius="md" />;
  const shown = p.screens.filter((s) => s.stage === "shown").length;
  const title = t(`publish.kind_${p.kind}`, { at: dateTime(new Date(p.at)) });
  return (
    <>
      <BackLink to="/schedule" label={t("place.schedule")} />
      <PageHead title={title} aside={<span>{p.by.name}</span>} />
      <Panel title={t("publish.progress", { shown, of: p.screens.length })} flush>
        <ul className={classes.screens} aria-live="polite">
          {first.map((s) => (
            <li key={s.screen_id}>
              <strong>{s.name}</strong>
              <StageTrack stage={s.stage} at={s.at} />
            </li>
          ))}
        </ul>
        <RestButton left={left} more={more} />
      </Panel>
    </>
  );
}
