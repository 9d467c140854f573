import { ActionIcon, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { CharterState } from "@/api/charter";
import { useMe } from "@/api/session";
import { Panel } from "@/ui/Panel";
import { BringBack } from "./BringBack";
import classes from "./Charter.module.css";
import { Pending } from "./CharterTab";

/** Before the first charter: what it changes, and how it is made offline. */
export function FirstCharter({ state }: { state: CharterState }) {
  const { t } = useTranslation();
  const mayPrepare = useMe().rights.includes("manage_people");
  const first = `controller keys charter new --root a.pub --root b.pub --root c.pub --threshold 2 \\\n  --programme-key ${state.programme_key} --out charter-1.json`;
  return (
    <div className={classes.page}>
      <Panel title={t("charter.none")}>
        <p className={classes.words}>{t("charter.none_hint")}</p>
        <ol className={classes.steps}>
          <li>
            {t("charter.step_roots")}
            <Command text={'controller keys root --holder "…" --out a.key'} />
          </li>
          <li>
            {t("charter.step_first")}
            <Command text={first} />
          </li>
          <li>
            {t("charter.step_sign")}
            <Command text="controller keys sign charter-1.json --key a.key" />
          </li>
          <li>{t("charter.step_back")}</li>
        </ol>
        {mayPrepare && <BringBack roots={[]} threshold={0} />}
      </Panel>
      <Pending state={state} />
    </div>
  );
}

/** A command to type elsewhere. */
export function Command({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <span className={classes.command}>
      <code>{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <ActionIcon aria-label={t("account.copy")} onClick={copy}>
            {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  );
}
