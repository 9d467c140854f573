import { Button, TextInput } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deadManQuery, never, useSetDeadMan } from "@/api/alerts";
import { useMe } from "@/api/session";
import { reasonText } from "@/i18n/useProblemText";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Alerts.module.css";

/** The address that is called every minute; when the calls stop, its keeper tells people. */
export function DeadManPanel() {
  const { t } = useTranslation();
  const man = useQuery(deadManQuery).data;
  const set = useSetDeadMan();
  const [url, setUrl] = useState("");
  const all = useMe().grants.some((g) => g.role === "administrator" && !g.unit_id && !g.cluster_id);
  const save = (to: string) => set.mutate(to, { onSuccess: () => setUrl("") });
  return (
    <Panel title={t("alert.deadman")}>
      <p className={classes.hint}>{t("alert.deadman_hint")}</p>
      {set.error && <ProblemNote error={set.error} />}
      {man?.host && (
        <p className={classes.man} data-bad={Boolean(man.trouble.reason) || undefined}>
          {man.trouble.reason ? (
            <IconCircleX size={20} aria-hidden="true" />
          ) : (
            <IconCircleCheck size={20} aria-hidden="true" />
          )}
          <span>
            <strong>{man.host}</strong>
            <small>
              {man.trouble.reason && reasonText(t as Parameters<typeof reasonText>[0], man.trouble)}
              {!man.trouble.reason && never(man.heard_at) && t("alert.deadman_first")}
              {!man.trouble.reason && !never(man.heard_at) && (
                <>
                  {t("alert.deadman_heard")} <Ago at={man.heard_at} />
                </>
              )}
            </small>
          </span>
          {all && (
            <Button variant="default" onClick={() => save("")}>
              {t("alert.deadman_off")}
            </Button>
          )}
        </p>
      )}
      {all && (
        <form
          className={classes.set}
          onSubmit={(e) => {
            e.preventDefault();
            save(url);
          }}
        >
          <TextInput
            label={t(man?.host ? "alert.deadman_other" : "alert.deadman_address")}
            type="url"
            autoComplete="off"
            value={url}
            onChange={(e) => setUrl(e.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={url.trim() === ""} loading={set.isPending}>
            {t("alert.deadman_set")}
          </Button>
        </form>
      )}
    </Panel>
  );
}
