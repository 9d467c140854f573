import { Button } from "@mantine/core";
import { IconFilePencil } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CharterState } from "@/api/charter";
import { useMe } from "@/api/session";
import { Panel } from "@/ui/Panel";
import { BringBack } from "./BringBack";
import classes from "./Charter.module.css";
import { Pending } from "./CharterTab";
import { Command } from "./Command";

/** Before the first charter: what it changes, the way to compose it, and its way back once it is signed. */
export function FirstCharter({ state }: { state: CharterState }) {
  const { t } = useTranslation();
  const mayPrepare = useMe().rights.includes("manage_people");
  const first = `controller keys charter new --root a.pub --root b.pub --root c.pub --threshold 2 \\\n  --programme-key ${state.programme_key} --out charter-1.json`;
  return (
    <div className={classes.page}>
      <Panel
        title={t("charter.none")}
        aside={
          mayPrepare && (
            <Button component={Link} to="/admin/charter/next" leftSection={<IconFilePencil size={18} />}>
              {t("charter.compose_first")}
            </Button>
          )
        }
      >
        <p className={classes.words}>{t("charter.none_hint")}</p>
        <ol className={classes.steps}>
          <li>
            {t("charter.step_roots")}
            <Command text={'controller keys root --holder "…" --out a.key'} />
          </li>
          <li>{t("charter.step_hands")}</li>
          <li>{t("charter.step_compose")}</li>
          <li>{t("charter.step_back")}</li>
        </ol>
        {mayPrepare && <BringBack roots={[]} threshold={0} />}
      </Panel>
      <Pending state={state} />
      {mayPrepare && (
        <Panel title={t("charter.elsewhere")}>
          <p className={classes.words}>{t("charter.step_first")}</p>
          <Command text={first} />
        </Panel>
      )}
    </div>
  );
}
