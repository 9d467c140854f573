import { Button } from "@mantine/core";
import { IconFilterOff, IconPhotoPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { mediaListQuery } from "@/api/media";
import { useMe } from "@/api/session";
import { useFormat } from "@/i18n/useFormat";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { UploadButton } from "@/uploads/UploadButton";
import { ContentFilters } from "./ContentFilters";
import { ContentTabs } from "./ContentTabs";
import { GridSkeleton } from "./GridSkeleton";
import { MediaGrid } from "./MediaGrid";

const route = getRouteApi("/shell/content");

export function ContentPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(mediaListQuery(filter));
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const filtered = Object.values(filter).some((v) => v !== undefined);
  return (
    <>
      <PageHead
        title={t("place.content")}
        aside={
          <>
            <ContentTabs here="media" />
            {list.data && <span>{t("content.count", { count: total, n: format.number(total) })}</span>}
          </>
        }
        actions={
          <>
            {me.rights.includes("add_media") && (
              <Button variant="default" component={Link} to="/slides/new">
                {t("slides.new")}
              </Button>
            )}
            <UploadButton />
          </>
        }
      />
      <ContentFilters />
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <GridSkeleton />}
      {list.data && items.length === 0 && filtered && (
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
      {list.data && items.length === 0 && !filtered && (
        <Empty icon={IconPhotoPlus} title={t("content.empty")} hint={t("content.empty_hint")} />
      )}
      {items.length > 0 && (
        <MediaGrid
          items={items}
          more={list.hasNextPage && !list.isFetchingNextPage ? () => void list.fetchNextPage() : undefined}
        />
      )}
    </>
  );
}
