import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type IncidentDetail, type IncidentEntry, useComment } from "@/api/incidents";
import { dateTime } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { useToast } from "@/ui/useToast";
import classes from "./Incidents.module.css";

function Entry({ entry: e }: { entry: IncidentEntry }) {
  const { t } = useTranslation();
  const why = e.kind === "escalated" && typeof e.params.why === "string" ? `_${e.params.why}` : "";
  const words = t(`incident.did_${e.kind}${why}`, {
    ...e.params,
    to: e.to?.name ?? "",
    severity: t(`incident.severity_${e.severity}`),
    reason: e.reason ? t(`incident.reason_${e.reason}`) : "",
  });
  return (
    <li data-kind={e.kind}>
      <p>
        <strong>{e.by?.name ?? t("incident.system")}</strong> {words}
      </p>
      {e.text && <blockquote>{e.text}</blockquote>}
      <span className={classes.quiet} title={dateTime(new Date(e.at))}>
        <Ago at={e.at} />
      </span>
    </li>
  );
}

/** Everything that happened, oldest first, and room for the next word. */
export function TimeLine({ incident: i }: { incident: IncidentDetail }) {
  const { t } = useTranslation();
  const toast = useToast();
  const comment = useComment();
  const [text, setText] = useState("");
  return (
    <Panel title={t("incident.timeline")}>
      <ol className={classes.line}>
        {i.entries.map((e) => (
          <Entry key={e.seq} entry={e} />
        ))}
      </ol>
      {i.may_handle && (
        <form
          className={classes.comment}
          onSubmit={(event) => {
            event.preventDefault();
            comment.mutate({ id: i.id, text: text.trim() }, { onSuccess: () => setText(""), onError: toast.problem });
          }}
        >
          <Textarea
            name="comment"
            aria-label={t("incident.comment")}
            placeholder={t("incident.comment_hint")}
            autosize
            minRows={2}
            maxLength={2000}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          <Button type="submit" variant="default" size="md" disabled={text.trim() === ""} loading={comment.isPending}>
            {t("incident.comment_go")}
          </Button>
        </form>
      )}
    </Panel>
  );
}
