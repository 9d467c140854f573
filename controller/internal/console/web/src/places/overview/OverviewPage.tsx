import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { PublishButton } from "@/publish/PublishButton";
import { PageHead } from "@/ui/PageHead";
import { RestoredNotice } from "../screens/RestoredNotice";
import { NeedsMe } from "./NeedsMe";
import { NextChanges } from "./NextChanges";
import classes from "./Overview.module.css";
import { PublishState } from "./PublishState";
import { ScreensLine } from "./ScreensLine";

/** What needs me, what changes next, and how the screens are. */
export function OverviewPage() {
  const { t } = useTranslation();
  const me = useMe();
  const plans = me.places.includes("schedule") || me.places.includes("playlists");
  return (
    <>
      <PageHead title={t("place.overview")} actions={plans && <PublishButton />} />
      {me.places.includes("screens") && (
        <>
          <RestoredNotice />
          <ScreensLine />
        </>
      )}
      <div className={classes.columns}>
        <NeedsMe me={me} />
        {plans && (
          <div className={classes.side}>
            <PublishState />
            <NextChanges />
          </div>
        )}
      </div>
    </>
  );
}
