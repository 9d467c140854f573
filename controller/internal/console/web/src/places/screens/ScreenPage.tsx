import { Button, Skeleton } from "@mantine/core";
import { IconPhotoPause } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOrderRights } from "@/api/rights";
import { hasRole } from "@/api/roles";
import { useMe } from "@/api/session";
import { useWatch } from "@/api/useWatch";
import { NotFound } from "@/shell/NotFound";
import { Ago } from "@/ui/Ago";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ScreenMark } from "@/ui/ScreenMark";
import { MaintenanceMark } from "../incidents/MaintenanceMark";
import { SafeDialog, type SafeTarget } from "../orders/SafeDialog";
import { PlaysTable } from "../reports/PlaysTable";
import { CapturesPanel } from "./CapturesPanel";
import { DayTimeline } from "./DayTimeline";
import { DeliveryBar } from "./DeliveryBar";
import { Glass } from "./Glass";
import { HelpPanel } from "./HelpPanel";
import { OrderMenu } from "./OrderMenu";
import { PlaceNotice } from "./PlaceNotice";
import { Problems } from "./Problems";
import { ScreenFacts } from "./ScreenFacts";
import { ScreenMenu } from "./ScreenMenu";
import classes from "./Screens.module.css";
import { isOld, isSafe } from "./worst";

const DevicePanel = lazy(() => import("./DevicePanel").then((m) => ({ default: m.DevicePanel })));

const route = getRouteApi("/shell/screens/$id");

/** One screen: what it shows now, its day, what is wrong, and what it has played. */
export function ScreenPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const me = useMe();
  const watch = useWatch();
  const may = useOrderRights();
  const [safe, setSafe] = useState<SafeTarget | null>(null);
  const s = watch.screens.find((x) => x.id === id);
  if (!watch.data) return <Skeleton height={640} radius="md" />;
  if (!s) return <NotFound />;
  return (
    <>
      <BackLink to="/screens" label={t("place.screens")} />
      <PageHead
        title={s.name}
        aside={
          <>
            <ScreenMark state={s.state} />
            <MaintenanceMark screen={s} now={watch.now} />
            <span>{s.cluster.name}</span>
          </>
        }
        actions={
          <>
            {may.safe && !isSafe(s) && (
              <Button
                variant="default"
                leftSection={<IconPhotoPause size={18} />}
                onClick={() => setSafe({ name: s.name, count: 1, clusters: [], screens: [s.id] })}
              >
                {t("order.safe_go")}
              </Button>
            )}
            {(may.takeDown || may.bulletin) && <OrderMenu screen={s} />}
            {hasRole(me, "technician", "administrator") && <ScreenMenu screen={s} />}
          </>
        }
      />
      {may.list && <PlaceNotice screen={s.id} />}
      <div className={classes.columns}>
        <div className={classes.main}>
          <figure className={classes.now} data-old={isOld(s, watch.now) || undefined}>
            <div className={classes.pair}>
              <Glass screen={s} now={watch.now} pair old={isOld(s, watch.now)} />
            </div>
            <figcaption>
              <strong>{s.showing?.title || t(`watch.state_${s.state}`)}</strong>
              {s.showing && (
                <span>
                  {t(`watch.showing_${s.showing.kind}`)}
                  {s.showing.kind !== "none" && (
                    <>
                      {" · "}
                      {t("watch.since")} <Ago at={s.showing.since} />
                    </>
                  )}
                </span>
              )}
              {s.due && s.showing && s.due.media_id !== s.showing.media_id && s.state === "wrong" && (
                <span>{t("watch.should_show", { title: s.due.title })}</span>
              )}
            </figcaption>
          </figure>
          {s.delivery && s.delivery.bytes_done < s.delivery.bytes_total && <DeliveryBar delivery={s.delivery} />}
          {me.places.includes("schedule") && <DayTimeline screen={s.id} now={watch.now} />}
          {me.rights.includes("watch") && <CapturesPanel screen={s.id} now={watch.now} />}
          <HelpPanel screen={s} className={classes.help} />
        </div>
        <aside className={classes.side}>
          <Problems screen={s} />
          <ScreenFacts screen={s} />
        </aside>
      </div>
      <Suspense fallback={null}>
        <DevicePanel screen={s.id} />
      </Suspense>
      {safe && <SafeDialog target={safe} onClose={() => setSafe(null)} />}
      {me.places.includes("reports") && (
        <div className={classes.plays}>
          <Panel title={t("watch.last_plays")} flush>
            <PlaysTable filter={{ screen: s.id }} compact />
          </Panel>
        </div>
      )}
    </>
  );
}
