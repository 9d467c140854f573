import { Button, Skeleton } from "@mantine/core";
import { IconScissors } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaQuery } from "@/api/media";
import { isSlide } from "@/api/slides";
import { BackLink } from "@/ui/BackLink";
import { HeldMark, MediaMark } from "@/ui/MediaMark";
import { Notices } from "@/ui/Notices";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { RenditionStage } from "@/ui/RenditionStage";
import { SlideCode } from "@/ui/SlideCode";
import { HeldNote } from "../upstream/HeldNote";
import { AddedFits } from "./AddedFits";
import { Decisions } from "./Decisions";
import { DetailsFacts } from "./DetailsFacts";
import { DetailsForm } from "./DetailsForm";
import { FitEditor } from "./FitEditor";
import { JobNote } from "./JobNote";
import { LabelsPanel } from "./LabelsPanel";
import classes from "./Media.module.css";
import { MediaActions } from "./MediaActions";
import { SourceFacts } from "./SourceFacts";

const route = getRouteApi("/shell/content/$id");

export function MediaPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { data: item, error, refetch } = useQuery(mediaQuery(id));
  const [profile, setProfile] = useState("");
  if (error && !item) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!item) return <Skeleton height={640} radius="md" aria-label={t("app.loading")} />;
  const shown = item.renditions.find((r) => r.profile === profile) ?? item.renditions[0];
  return (
    <>
      <BackLink to="/content" label={t("place.content")} />
      <PageHead
        title={item.title}
        aside={
          <>
            <MediaMark state={item.state} />
            {item.held && <HeldMark />}
          </>
        }
        actions={
          <>
            {isSlide(item) && item.may.edit && (
              <Button variant="default" component={Link} to={`/slides/${item.id}`}>
                {t("slides.edit")}
              </Button>
            )}
            {!isSlide(item) && item.may.edit && item.renditions.length > 0 && (
              <Button
                variant="default"
                leftSection={<IconScissors size={18} />}
                component={Link}
                to={`/content/${item.id}/cut`}
              >
                {t(`cut.open_${item.kind}`)}
              </Button>
            )}
            <MediaActions item={item} />
          </>
        }
      />
      <div className={classes.columns}>
        <div className={classes.main}>
          <JobNote item={item} />
          {shown && (
            <RenditionStage
              title={item.title}
              renditions={item.renditions}
              profile={shown.profile}
              onProfile={setProfile}
              height="var(--stage-height)"
            />
          )}
          {item.may.edit && item.renditions.length > 0 && !isSlide(item) && <FitEditor item={item} />}
          {!isSlide(item) && <AddedFits key={item.id} item={item} />}
        </div>
        <aside className={classes.side}>
          <HeldNote item={item} />
          <Notices media={item} />
          {item.may.edit ? <DetailsForm key={item.id} item={item} /> : <DetailsFacts item={item} />}
          <LabelsPanel item={item} />
          <Decisions item={item} />
          <SlideCode item={item} />
          <SourceFacts item={item} />
        </aside>
      </div>
    </>
  );
}
