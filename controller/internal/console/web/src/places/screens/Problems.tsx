import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ScreenState } from "@/api/types";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { todoWords, whyWords } from "./reasonWords";
import classes from "./Screens.module.css";

/** What is wrong, since when and what to do; or that all is well. */
export function Problems({ screen: s }: { screen: ScreenState }) {
  const { t } = useTranslation();
  const all = [...(s.reason ? [{ ...s.reason, since: s.since }] : []), ...s.problems].filter(
    (p, i, list) => list.findIndex((q) => q.code === p.code) === i,
  );
  return (
    <Panel title={t("watch.problems")}>
      {all.length === 0 && (
        <p className={classes.fine}>
          <IconCircleCheck size={18} aria-hidden="true" />
          {t("watch.no_problems")}
        </p>
      )}
      <ul className={classes.problems}>
        {all.map((p) => (
          <li key={p.code}>
            <IconAlertTriangle size={18} aria-hidden="true" />
            <div>
              <p>{whyWords(t, p)}</p>
              <p className={classes.todo}>{todoWords(t, p.code)}</p>
              <p className={classes.quiet}>
                {t("watch.since")} <Ago at={p.since} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
