import { Alert, Skeleton } from "@mantine/core";
import { IconChecks, IconSignature } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { charterQuery } from "@/api/charter";
import { queueQuery } from "@/api/review";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { BatchDesk } from "./BatchDesk";
import { ReturnedToMe } from "./ReturnedToMe";
import { ReviewDesk } from "./ReviewDesk";
import { ReviewTabs } from "./ReviewTabs";
import { decidedAgain, waitingItems } from "./waitingItems";

const route = getRouteApi("/shell/review");

/** The queue of one person: what waits for this person's decision, one item at a time or several under one signature. */
export function ReviewPage() {
  const { t } = useTranslation();
  const { item, view = "one" } = route.useSearch();
  const navigate = route.useNavigate();
  const queue = useQuery(queueQuery);
  const charter = useQuery(charterQuery);
  const again = decidedAgain(queue.data);
  const signed = charter.data?.mode === "charter";
  const known = queue.data && charter.data; // before that nobody knows whether a decision is signed
  const error = (!queue.data && queue.error) || (!charter.data && charter.error);
  const here = signed ? view : "one";
  const waiting = here === "again" ? again : waitingItems(queue.data);
  const choose = (id: string | undefined) => void navigate({ search: { item: id, view: undefined }, replace: true });
  return (
    <>
      <PageHead
        title={t("place.review")}
        aside={
          <>
            {signed && <ReviewTabs here={here} again={again.length} />}
            {waiting.length > 0 && here !== "again" && <span>{t("review.waiting", { count: waiting.length })}</span>}
          </>
        }
      />
      {error && (
        <ProblemNote
          error={error}
          onRetry={() => {
            void queue.refetch();
            void charter.refetch();
          }}
        />
      )}
      {!known && !error && <Skeleton height="calc(100dvh - 120px)" radius="md" />}
      {here === "one" && again.length > 0 && signed && waiting.length === 0 && (
        <Alert color="gray" icon={<IconSignature size={20} />} mb="md">
          {t("review.again_waits", { count: again.length })}
        </Alert>
      )}
      {known && waiting.length === 0 && (
        <Empty icon={IconChecks} title={t("review.empty")} hint={t("review.empty_hint")} />
      )}
      {here === "again" && waiting.length > 0 && (
        <Alert color="gray" icon={<IconSignature size={20} />} mb="md">
          {t("review.again_hint")}
        </Alert>
      )}
      {known &&
        waiting.length > 0 &&
        (here === "one" ? (
          <ReviewDesk waiting={waiting} chosen={item} signed={signed} onChoose={choose} />
        ) : (
          <BatchDesk waiting={waiting} {...(here === "many" ? { onOpen: choose } : {})} />
        ))}
      {queue.data && here === "one" && <ReturnedToMe items={queue.data.mine_returned} />}
    </>
  );
}
