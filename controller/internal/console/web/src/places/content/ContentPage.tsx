import { Button } from "@mantine/core";
import { IconFilterOff, IconPhotoPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaOrderQuery } from "@/api/library";
import { useMe } from "@/api/session";
import { useFormat } from "@/i18n/useFormat";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { UploadButton } from "@/uploads/UploadButton";
import { ContentFilters } from "./ContentFilters";
import { ContentTabs } from "./ContentTabs";
import { EditManyDialog } from "./EditManyDialog";
import { GridSkeleton } from "./GridSkeleton";
import { MediaGrid } from "./MediaGrid";
import { RecentEdits } from "./RecentEdits";
import { SelectionBar } from "./SelectionBar";
import { useSelection } from "./useSelection";

const route = getRouteApi("/shell/content");
const none: string[] = [];

export function ContentPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const order = useQuery(mediaOrderQuery(filter));
  const ids = order.data?.ids ?? none;
  const selection = useSelection(ids);
  const [edited, setEdited] = useState<{ ids: string[]; marks: number[] } | null>(null);
  const filtered = Object.values(filter).some((v) => v !== undefined);
  const adds = me.rights.includes("add_media");
  const marks = useMemo(() => new Map(ids.map((id, i) => [id, order.data?.marks[i] ?? -1])), [ids, order.data]);
  const chosen = useMemo(() => ids.filter((id) => selection.chosen.has(id)), [ids, selection.chosen]);
  const edit = () => setEdited({ ids: chosen, marks: chosen.map((id) => marks.get(id) ?? -1) });
  return (
    <>
      <PageHead
        title={t("place.content")}
        aside={
          <>
            <ContentTabs here="media" />
            {order.data && (
              <span>
                {t("content.count", { count: ids.length, n: format.number(ids.length) + (order.data.more ? "+" : "") })}
              </span>
            )}
          </>
        }
        actions={
          <>
            {adds && <RecentEdits />}
            {adds && (
              <Button variant="default" component={Link} to="/slides/new">
                {t("slides.new")}
              </Button>
            )}
            <UploadButton />
          </>
        }
      />
      <ContentFilters />
      {order.error && <ProblemNote error={order.error} onRetry={() => void order.refetch()} />}
      {order.isPending && <GridSkeleton />}
      {order.data && ids.length === 0 && filtered && (
        <Empty
          icon={IconFilterOff}
          title={t("content.no_match")}
          hint={t("content.no_match_hint")}
          action={
            <Button variant="default" onClick={() => void navigate({ search: {} })}>
              {t("content.clear_filters")}
            </Button>
          }
        />
      )}
      {order.data && ids.length === 0 && !filtered && (
        <Empty icon={IconPhotoPlus} title={t("content.empty")} hint={t("content.empty_hint")} />
      )}
      {ids.length > 0 && <MediaGrid ids={ids} selection={adds ? selection : undefined} label={t("place.content")} />}
      {chosen.length > 0 && (
        <SelectionBar selection={{ ...selection, chosen: new Set(chosen) }} total={ids.length} onEdit={edit} />
      )}
      {edited && (
        <EditManyDialog
          ids={edited.ids}
          marks={edited.marks}
          onClose={() => setEdited(null)}
          onDone={(refused) => selection.only(refused)}
        />
      )}
    </>
  );
}
