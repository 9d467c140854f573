import { Alert, Button } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconLanguage, IconUserCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { findQuery, type SourceFind, type SourceTaken, sitesQuery, useReturnFind, useTake } from "@/api/sources";
import { dateTime } from "@/time/format";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import { AlikeNote } from "./AlikeNote";
import { ArticleText } from "./ArticleText";
import { FailedFiles } from "./FailedFiles";
import { FilePick } from "./FilePick";
import { FindMark } from "./FindMark";
import { RejectDialog } from "./RejectDialog";
import { SourceFacts } from "./SourceFacts";
import classes from "./Sources.module.css";
import { Unconfirmed } from "./Unconfirmed";

const route = getRouteApi("/shell/sources/tray/$id");

/** A page as it was fetched: what it shows, what it says, and where it comes from. */
export function FindPage() {
  const { id } = route.useParams();
  const found = useQuery(findQuery(id));
  const compare = useDebouncedCallback(() => void found.refetch(), 600);
  if (found.error) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  return <Found key={found.data.id} find={found.data} compare={compare} />;
}

function Found({ find, compare }: { find: SourceFind; compare: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toast = useToast();
  const take = useTake(find.id);
  const putBack = useReturnFind(find.id);
  const site = useQuery(sitesQuery).data?.find((s) => s.id === find.site);
  const files = [...find.article.pictures, ...find.article.videos];
  const [chosen, setChosen] = useState<string[]>(files[0] ? [files[0].address] : []);
  const [rejecting, setRejecting] = useState(false);
  const [failed, setFailed] = useState<SourceTaken["failed"]>([]);
  const bring = (addresses: string[]) =>
    take.mutate(addresses, {
      onError: toast.problem,
      onSuccess: ({ items, failed: left }) => {
        const [first] = items;
        setFailed(left);
        if (items.length > 0) toast.done(t("sources.taken", { count: items.length, of: addresses.length }));
        if (addresses.length === 1 && first) void navigate({ to: "/content/$id", params: { id: first } });
      },
    });
  return (
    <>
      <BackLink to="/sources/tray" label={t("sources.tab_tray")} />
      <PageHead
        title={find.article.title}
        aside={<FindMark state={find.state} />}
        actions={
          <>
            {find.state === "rejected" ? (
              <Button variant="default" loading={putBack.isPending} onClick={() => putBack.mutate(undefined)}>
                {t("sources.put_back")}
              </Button>
            ) : (
              <Button variant="default" onClick={() => setRejecting(true)}>
                {t("sources.reject")}
              </Button>
            )}
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/slides/new" search={{ find: find.id }} {...props} />}
            >
              {t("slides.of_page")}
            </Button>
            <Button disabled={chosen.length === 0} loading={take.isPending} onClick={() => bring(chosen)}>
              {t("sources.take", { count: chosen.length })}
            </Button>
          </>
        }
      />
      {find.state === "rejected" && (
        <Alert color="red" variant="light" mb="md">
          {t("sources.rejected_because", { name: find.by.name, reason: find.reason })}
        </Alert>
      )}
      {failed.length > 0 && (
        <FailedFiles
          find={find}
          failed={failed}
          trying={take.isPending}
          onAgain={() => bring(failed.map((f) => f.address))}
          onLeave={() => setFailed([])}
        />
      )}
      <AlikeNote alike={find.alike} />
      {site && <Unconfirmed site={site} kind="article" />}
      {site?.rights === "author" && (
        <Alert color="yellow" variant="light" mb="md" icon={<IconUserCheck size={18} />}>
          {t("sources.authors", { name: find.article.author || t("sources.author_unknown") })}
        </Alert>
      )}
      {find.article.mixed && (
        <Alert color="yellow" variant="light" mb="md" icon={<IconLanguage size={18} />}>
          {t("sources.mixed")}
        </Alert>
      )}
      <div className={classes.find}>
        <div>
          <FilePick files={find.article} chosen={chosen} onChange={setChosen} onSeen={compare} />
          <Panel title={t("sources.text")}>
            <ArticleText article={find.article} />
          </Panel>
        </div>
        <div>
          <SourceFacts find={find} />
          {find.media.length > 0 && (
            <Panel title={t("sources.made")}>
              <ul>
                {find.media.map((id, i) => (
                  <li key={id}>
                    <Link to="/content/$id" params={{ id }}>
                      {t("sources.draft_n", { n: i + 1 })}
                    </Link>
                  </li>
                ))}
              </ul>
            </Panel>
          )}
          {find.search && <p className={classes.quiet}>{t("saved.by", { name: find.search.name })}</p>}
          <p className={classes.quiet}>{t("sources.fetched_at", { at: dateTime(new Date(find.fetched_at)) })}</p>
        </div>
      </div>
      <RejectDialog id={find.id} opened={rejecting} onClose={() => setRejecting(false)} />
    </>
  );
}
