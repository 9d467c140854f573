import { Button, Skeleton, TextInput } from "@mantine/core";
import { IconDeviceDesktopPlus, IconLayoutDashboard, IconPhotoPause, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useOrderRights } from "@/api/rights";
import { hasRole } from "@/api/roles";
import { useMe } from "@/api/session";
import type { ScreenStatus } from "@/api/types";
import { useWatch } from "@/api/useWatch";
import { fold } from "@/search/fold";
import { linksFor } from "@/shell/places";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { RestButton } from "@/ui/RestButton";
import { ScreenMark } from "@/ui/ScreenMark";
import { SafeDialog, type SafeTarget } from "../orders/SafeDialog";
import { ClaimDialog } from "./ClaimDialog";
import { LinkNotice } from "./LinkNotice";
import { RestoredNotice } from "./RestoredNotice";
import classes from "./Screens.module.css";
import { ScreenTabs } from "./ScreenTabs";
import { ScreenTile } from "./ScreenTile";
import { SoundControl } from "./SoundControl";
import { useAlarm } from "./useAlarm";
import { byCluster, counts, worstFirst } from "./worst";

/** So many tiles at a time; from so many screens on one may search them. */
const step = 120;
const searchFrom = 25;
/** So many screens are shown so large; more of them, small. */
const large = 6;
const medium = 12;

function sizeFor(screens: number) {
  if (screens <= large) return "large";
  return screens <= medium ? "medium" : undefined;
}

/** Every screen at a glance, the worst first. */
export function WatchPage() {
  const { t } = useTranslation();
  const me = useMe();
  const watch = useWatch();
  const alarm = useAlarm(watch);
  const [only, setOnly] = useState<ScreenStatus | null>(null);
  const [claiming, setClaiming] = useState(false);
  const mayClaim = hasRole(me, "technician", "administrator");
  const [safe, setSafe] = useState<SafeTarget | null>(null);
  const may = useOrderRights();
  const [q, setQ] = useState("");
  const [most, setMost] = useState(step);
  const wanted = fold(q.trim());
  const found = watch.screens.filter(
    (s) => (!only || s.state === only) && fold(`${s.name} ${s.cluster.name} ${s.tags.join(" ")}`).includes(wanted),
  );
  const shown = worstFirst(found, most);
  const claim = mayClaim && (
    <Button leftSection={<IconDeviceDesktopPlus size={18} />} onClick={() => setClaiming(true)}>
      {t("watch.claim")}
    </Button>
  );
  return (
    <>
      <PageHead
        title={t("place.screens")}
        aside={
          <>
            <ScreenTabs here="watch" />
            {watch.screens.length > 0 && (
              <ul
                className={classes.counts}
                data-low={linksFor(me.places).length < 2 || undefined}
                aria-label={t("watch.counts")}
              >
                <li>
                  <button type="button" aria-pressed={only === null} onClick={() => setOnly(null)}>
                    {t("watch.all", { count: watch.screens.length })}
                  </button>
                </li>
                {counts(watch.screens).map(({ state, count }) => (
                  <li key={state}>
                    <button
                      type="button"
                      aria-pressed={only === state}
                      onClick={() => setOnly(only === state ? null : state)}
                    >
                      <ScreenMark state={state} plain /> {count}
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </>
        }
        actions={
          watch.screens.length > 0 && (
            <>
              <SoundControl sound={alarm.sound} unheard={alarm.unheard.size} iHeard={alarm.iHeard} />
              <Button
                variant="default"
                visibleFrom="md"
                component={Link}
                to="/screens/wall"
                leftSection={<IconLayoutDashboard size={18} />}
              >
                {t("wall.open")}
              </Button>
              {claim}
            </>
          )
        }
      />
      <RestoredNotice />
      {watch.error && !watch.data && <ProblemNote error={watch.error} onRetry={() => void watch.refetch()} />}
      {watch.data && <LinkNotice watch={watch} />}
      {watch.isPending && <Skeleton height={640} radius="md" />}
      {watch.data && watch.screens.length === 0 && (
        <Empty icon={IconDeviceDesktopPlus} title={t("watch.empty")} hint={t("watch.empty_hint")} action={claim} />
      )}
      {watch.screens.length >= searchFrom && (
        <TextInput
          type="search"
          mb="sm"
          maw={420}
          aria-label={t("watch.search")}
          placeholder={t("watch.search")}
          leftSection={<IconSearch size={18} stroke={1.6} />}
          value={q}
          onChange={(e) => setQ(e.currentTarget.value)}
        />
      )}
      {watch.screens.length > 0 && found.length === 0 && (
        <Empty icon={IconSearch} title={t("watch.no_match")} hint={t("watch.no_match_hint")} />
      )}
      {byCluster(shown).map((group) => (
        <section key={group.id} className={classes.cluster}>
          <header>
            <h2>{group.name}</h2>
            {may.safe && (
              <Button
                variant="default"
                size="xs"
                leftSection={<IconPhotoPause size={16} />}
                onClick={() =>
                  setSafe({
                    name: group.name,
                    count: watch.screens.filter((s) => s.cluster.id === group.id).length,
                    clusters: [group.id],
                    screens: [],
                  })
                }
              >
                {t("order.cluster_safe")}
              </Button>
            )}
          </header>
          <ul className={classes.tiles} data-size={sizeFor(shown.length)}>
            {group.screens.map((s) => (
              <ScreenTile key={s.id} screen={s} now={watch.now} large={sizeFor(shown.length) === "large"} />
            ))}
          </ul>
        </section>
      ))}
      <RestButton left={found.length - shown.length} more={() => setMost(most + step)} />
      <div className={classes.reach} />
      {safe && <SafeDialog target={safe} onClose={() => setSafe(null)} />}
      {mayClaim && <ClaimDialog opened={claiming} onClose={() => setClaiming(false)} />}
    </>
  );
}
