import { Alert, Skeleton } from "@mantine/core";
import { IconChecks, IconRectangle, IconSignature } from "@tabler/icons-react";
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
import { addedSince, decidedAgain, waitingItems } from "./waitingItems";

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
  const more = addedSince(queue.data);
  const here = signed || view === "more" ? view : "one";
  const waiting = { again, more, one: waitingItems(queue.data), many: waitingItems(queue.data) }[here];
  const choose = (id: string | undefined) => void navigate({ search: { item: id, view: undefined }, replace: true });
  const chooseMore = (id: string | undefined) => void navigate({ search: { item: id, view: "more" }, replace: true });
  return (
    <>
      <PageHead
        title={t("place.review")}
        aside={
          <>
            {known && <ReviewTabs here={here} signed={signed} again={again.length} more={more.length} />}
            {waiting.length > 0 && (here === "one" || here === "many") && (
              <span>{t("review.waiting", { count: waiting.length })}</span>
            )}
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
      {here === "one" && more.length > 0 && waiting.length === 0 && (
        <Alert color="gray" icon={<IconRectangle size={20} />} mb="md">
          {t("review.more_waits", { count: more.length })}
        </Alert>
      )}
      {here === "more" && !item && waiting.length > 0 && (
        <Alert color="gray" icon={<IconRectangle size={20} />} mb="md">
          {t("review.more_hint")}
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
        (here === "one" || (here === "more" && item) ? (
          <ReviewDesk
            waiting={waiting}
            chosen={item}
            signed={signed}
            onChoose={here === "more" ? chooseMore : choose}
          />
        ) : (
          <BatchDesk
            waiting={waiting}
            signed={signed}
            {...(here === "many" ? { onOpen: choose } : here === "more" ? { onOpen: chooseMore } : {})}
          />
        ))}
      {queue.data && here === "one" && <ReturnedToMe items={queue.data.mine_returned} />}
    </>
  );
}
