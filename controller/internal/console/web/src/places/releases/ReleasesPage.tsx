import { Skeleton } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { releasesQuery } from "@/api/releases";
import { ScreenTabs } from "@/places/screens/ScreenTabs";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { PastPlans } from "./PastPlans";
import { PlanPanel } from "./PlanPanel";
import { ProposePlan } from "./ProposePlan";
import { ReleaseList } from "./ReleaseList";
import classes from "./Releases.module.css";
import { Versions } from "./Versions";

/** Releases of the agent: the plan that brings one to screens, what runs where, and what was taken in. */
export function ReleasesPage() {
  const { t } = useTranslation();
  const all = useQuery(releasesQuery);
  const o = all.data;
  return (
    <>
      <PageHead title={t("place.screens")} aside={<ScreenTabs here="releases" />} />
      <p className={classes.hint}>{t("release.hint")}</p>
      {all.error && !o && <ProblemNote error={all.error} onRetry={() => void all.refetch()} />}
      {all.isPending && <Skeleton height={320} />}
      {o && (
        <div className={classes.page}>
          {o.signers === 0 && (
            <Empty icon={IconSignature} title={t("release.nobody_title")} hint={t("release.nobody_hint")} />
          )}
          {o.plan && <PlanPanel plan={o.plan} overview={o} />}
          {!o.plan && o.releases.some((r) => r.stands) && <ProposePlan overview={o} />}
          <Versions clusters={o.clusters} />
          <ReleaseList overview={o} />
          {o.past.length > 0 && <PastPlans overview={o} />}
        </div>
      )}
    </>
  );
}
