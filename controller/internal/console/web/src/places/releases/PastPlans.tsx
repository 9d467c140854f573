import { useTranslation } from "react-i18next";
import type { ReleaseOverview } from "@/api/releases";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { PlanMark } from "./marks";
import classes from "./Releases.module.css";

const shown = 10;

/** Plans that are over. */
export function PastPlans({ overview: o }: { overview: ReleaseOverview }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("release.past")}>
      <ul className={classes.past}>
        {o.past.slice(0, shown).map((p) => (
          <li key={p.id}>
            <strong>{p.version}</strong>
            <PlanMark state={p.state} />
            <small>
              {t("release.healthy_of", {
                healthy: p.screens.filter((s) => s.state === "healthy").length,
                of: p.screens.length,
              })}
              {p.ended_at && (
                <>
                  {" · "}
                  <Ago at={p.ended_at} />
                </>
              )}
            </small>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
