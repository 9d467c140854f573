import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { screensQuery } from "@/api/fleet";
import { PublishButton } from "@/publish/PublishButton";
import { PageHead } from "@/ui/PageHead";
import classes from "./Preview.module.css";
import { ScheduleTabs } from "./ScheduleTabs";
import { SlateCard } from "./SlateCard";

export const usualProfiles = ["1080p-landscape", "1080p-portrait"];

/** The picture each screen shape falls back to when nothing else may play. */
export function SlatesPage() {
  const { t } = useTranslation();
  const screens = useQuery(screensQuery);
  const profiles = [...new Set([...usualProfiles, ...(screens.data?.map((s) => s.profile) ?? [])])];
  return (
    <>
      <PageHead title={t("place.schedule")} aside={<ScheduleTabs here="slates" />} actions={<PublishButton />} />
      <p className={classes.lead}>{t("schedule.slates_hint")}</p>
      {screens.isPending ? (
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
