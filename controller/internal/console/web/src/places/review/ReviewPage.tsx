import { Skeleton } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queueQuery } from "@/api/review";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { ReturnedToMe } from "./ReturnedToMe";
import { ReviewDesk } from "./ReviewDesk";
import { waitingItems } from "./waitingItems";

const route = getRouteApi("/shell/review");

/** The queue of one person: what waits for this person's decision, one item at a time. */
export function ReviewPage() {
  const { t } = useTranslation();
  const { item } = route.useSearch();
  const navigate = route.useNavigate();
  const queue = useQuery(queueQuery);
  const waiting = waitingItems(queue.data);
  const choose = (id: string | undefined) => void navigate({ search: { item: id }, replace: true });
  return (
    <>
      <PageHead
        title={t("place.review")}
        aside={waiting.length > 0 && <span>{t("review.waiting", { count: waiting.length })}</span>}
      />
      {queue.error && !queue.data && <ProblemNote error={queue.error} onRetry={() => void queue.refetch()} />}
      {queue.isPending && <Skeleton height="calc(100dvh - 120px)" radius="md" />}
      {queue.data && waiting.length === 0 && (
        <Empty icon={IconChecks} title={t("review.empty")} hint={t("review.empty_hint")} />
      )}
      {waiting.length > 0 && <ReviewDesk waiting={waiting} chosen={item} onChoose={choose} />}
      {queue.data && <ReturnedToMe items={queue.data.mine_returned} />}
    </>
  );
}
