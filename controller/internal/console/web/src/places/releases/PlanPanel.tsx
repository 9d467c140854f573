import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { type PlanMove, type ReleaseOverview, type ReleasePlan, useMoveRelease } from "@/api/releases";
import { refusalWords } from "@/places/screens/reasonWords";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { useToast } from "@/ui/useToast";
import { MemberMark, PlanMark } from "./marks";
import classes from "./Releases.module.css";

/** The plan that is open: its stages, how far each screen is, and what people can do. */
export function PlanPanel({ plan: p, overview: o }: { plan: ReleasePlan; overview: ReleaseOverview }) {
  const { t } = useTranslation();
  const toast = useToast();
  const move = useMoveRelease();
  const name = (cluster: string) => o.clusters.find((c) => c.id === cluster)?.name ?? cluster;
  const first = p.screens.find((s) => s.id === p.first_screen);
  const release = o.releases.find((r) => r.id === p.release_id);
  const stages = [
    { stage: 0, title: t("release.stage_first", { name: first?.name ?? p.first_screen }) },
    ...p.clusters.map((c, i) => ({ stage: i + 1, title: name(c) })),
  ];
  const button = (m: PlanMove, main = false) => (
    <Button
      key={m}
      variant={main ? "filled" : "default"}
      disabled={move.isPending}
      onClick={() => move.mutate({ id: p.id, move: m }, { onError: toast.problem })}
    >
      {t(`release.move_${m}`)}
    </Button>
  );
  const back = release && release.floor !== release.version;
  const culprit = p.screens.find((s) => s.id === p.why_screen);
  return (
    <Panel
      title={t("release.plan_title", { version: p.version })}
      aside={
        <div className={classes.actions}>
          {p.state === "proposed" && o.may_start && button("start", true)}
          {p.state === "running" && button("pause", true)}
          {(p.state === "paused" || p.state === "halted") && o.may_start && button("resume", true)}
          {p.state !== "proposed" && o.may_start && back && button("back")}
          {button("end")}
        </div>
      }
    >
      <p className={classes.said}>
        <PlanMark state={p.state} />
        <span>
          {t("release.proposed_by", { name: p.by.name })} · <Ago at={p.by.at} />
        </span>
        {p.started && (
          <span>
            {t("release.started_by", { name: p.started.name })} · <Ago at={p.started.at} />
          </span>
        )}
      </p>
      {p.state === "halted" && (
        <p className={classes.halted} role="alert">
          {t(`release.why_${p.why}`, {
            name: culprit?.name ?? "",
            reason: culprit ? reasonOf(t, culprit.reason) : "",
          })}{" "}
          {t("release.halted_todo")}
        </p>
      )}
      {p.state === "proposed" && !o.may_start && <p className={classes.note}>{t("release.wait_for_administrator")}</p>}
      {p.state !== "proposed" && !back && <p className={classes.note}>{t("release.no_way_back")}</p>}
      <ol className={classes.stages}>
        {stages.map(({ stage, title }) => {
          const screens = p.screens.filter((s) => s.stage === stage);
          const healthy = screens.filter((s) => s.state === "healthy").length;
          const now = p.state !== "proposed" && stage === p.stage;
          return (
            <li key={stage} data-now={now || undefined}>
              <header>
                <strong>{title}</strong>
                <small>{t("release.healthy_of", { healthy, of: screens.length })}</small>
              </header>
              {(now || screens.some((s) => s.state === "failed")) && (
                <ul>
                  {screens.map((s) => (
                    <li key={s.id}>
                      <Link to="/screens/$id" params={{ id: s.id }}>
                        {s.name}
                      </Link>
                      <MemberMark state={s.state} />
                      {s.reason && <small>{reasonOf(t, s.reason)}</small>}
                    </li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
      <p className={classes.note}>{t("release.soak_note", { count: Math.round(p.soak_minutes) })}</p>
    </Panel>
  );
}

type Translate = (key: string, params?: Record<string, unknown>) => string;

/** Why a release did not stay, in words. */
export function reasonOf(t: Translate, reason: string): string {
  const key = `release.reason_${reason}`;
  return i18next.exists(key) ? t(key) : refusalWords(t, reason);
}
