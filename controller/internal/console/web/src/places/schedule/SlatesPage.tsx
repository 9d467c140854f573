import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { profilesQuery } from "@/api/profiles";
import { PublishButton } from "@/publish/PublishButton";
import { PageHead } from "@/ui/PageHead";
import classes from "./Preview.module.css";
import { ScheduleTabs } from "./ScheduleTabs";
import { SlateCard } from "./SlateCard";

/** The picture each screen shape falls back to when nothing else may play. */
export function SlatesPage() {
  const { t } = useTranslation();
  const shapes = useQuery(profilesQuery);
  const profiles = shapes.data?.filter((p) => p.wanted).map((p) => p.profile) ?? [];
  return (
    <>
      <PageHead title={t("place.schedule")} aside={<ScheduleTabs here="slates" />} actions={<PublishButton />} />
      <p className={classes.lead}>{t("schedule.slates_hint")}</p>
      {shapes.isPending ? (
        <Skeleton height={320} />
      ) : (
        <div className={classes.slates}>
          {profiles.map((p) => (
            <SlateCard key={p} profile={p} />
          ))}
        </div>
      )}
    </>
  );
}
