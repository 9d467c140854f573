import { Button, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { IconMap2, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { planQuery } from "@/api/plan";
import { useMay } from "@/api/rights";
import { useWatch } from "@/api/useWatch";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { LinkNotice } from "../screens/LinkNotice";
import screensClasses from "../screens/Screens.module.css";
import { ScreenTabs } from "../screens/ScreenTabs";
import { ScreenTile } from "../screens/ScreenTile";
import { byCluster, isBad } from "../screens/worst";
import classes from "./Plan.module.css";
import { PlanEditor } from "./PlanEditor";
import { PlanView } from "./PlanView";

/** As many clusters as have room beside one another. */
const fewClusters = 4;

/** Where the screens of a cluster stand, each in its state; the technician draws it. */
export function PlanPage() {
  const { t } = useTranslation();
  const watch = useWatch();
  const mayDraw = useMay("manage_screens");
  const clusters = byCluster([...watch.screens]);
  const [wanted, setWanted] = useState("");
  const cluster = clusters.find((c) => c.id === wanted) ?? clusters[0];
  const [drawing, setDrawing] = useState(false);
  const [round, setRound] = useState(0); // of drawing: each begins with what is kept
  const plan = useQuery({ ...planQuery(cluster?.id ?? ""), refetchInterval: drawing ? false : 60_000 });
  const choose = (id: string) => {
    setDrawing(false);
    setWanted(id);
  };
  const begin = async () => {
    await plan.refetch();
    setRound(round + 1);
    setDrawing(true);
  };
  const draw = mayDraw && cluster && !drawing && (
    <Button variant="default" visibleFrom="sm" leftSection={<IconPencil size={18} />} onClick={() => void begin()}>
      {t("plan.draw")}
    </Button>
  );
  const options = clusters.map((c) => ({ value: c.id, label: c.name }));
  const bad = cluster?.screens.filter((s) => isBad(s)) ?? [];
  return (
    <>
      <PageHead title={t("place.screens")} aside={<ScreenTabs here="plan" />} actions={draw} />
      {watch.data && <LinkNotice watch={watch} />}
      {cluster && clusters.length > 1 && (
        <div className={classes.clusters}>
          {clusters.length <= fewClusters ? (
            <SegmentedControl data={options} value={cluster.id} onChange={choose} />
          ) : (
            <Select
              aria-label={t("plan.cluster")}
              data={options}
              value={cluster.id}
              searchable
              allowDeselect={false}
              onChange={(v) => v && choose(v)}
            />
          )}
        </div>
      )}
      {plan.error && <ProblemNote error={plan.error} onRetry={() => void plan.refetch()} />}
      {(watch.isPending || (cluster && plan.isPending)) && <Skeleton height={520} radius="md" />}
      {cluster && plan.data && drawing && (
        <PlanEditor
          key={`${cluster.id} ${round}`}
          cluster={cluster}
          saved={plan.data}
          screens={cluster.screens}
          onDone={() => setDrawing(false)}
          onTheirs={() => void begin()}
        />
      )}
      {cluster && plan.data && !drawing && plan.data.version === 0 && (
        <>
          <Empty icon={IconMap2} title={t("plan.empty")} hint={t("plan.empty_hint")} action={draw} />
          {mayDraw && <p className={classes.phone}>{t("plan.on_desk")}</p>}
        </>
      )}
      {cluster && plan.data && !drawing && plan.data.version > 0 && (
        <>
          <PlanView
            plan={plan.data}
            screens={cluster.screens}
            now={watch.now}
            label={t("plan.sheet", { cluster: cluster.name })}
          />
          {bad.length > 0 && (
            <ul className={`${screensClasses.tiles} ${classes.bad}`} data-size="medium">
              {bad.map((s) => (
                <ScreenTile key={s.id} screen={s} now={watch.now} large={false} />
              ))}
            </ul>
          )}
        </>
      )}
    </>
  );
}
