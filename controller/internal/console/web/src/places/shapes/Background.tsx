import { Button, Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { renderingQuery, useRetryRendering } from "@/api/profiles";
import { reasonText } from "@/i18n/useProblemText";
import { Panel } from "@/ui/Panel";
import { profileName } from "@/ui/profileName";
import { useToast } from "@/ui/useToast";
import classes from "./Shapes.module.css";

/** What is rendered in the background now, and what could not be. */
export function Background() {
  const { t } = useTranslation();
  const toast = useToast();
  const now = useQuery(renderingQuery).data;
  const retry = useRetryRendering();
  if (!now || (now.waiting === 0 && now.failed.length === 0)) return null;
  const { running, waiting, failed } = now;
  return (
    <Panel title={t("shape.background")}>
      {waiting > 0 && (
        <div className={classes.running} role="status">
          {running && (
            <>
              <Progress
                size="sm"
                color="dark"
                value={running.progress * 100}
                aria-label={t("shape.running", { title: running.title })}
              />
              <p>
                {t("shape.running", { title: running.title })} · {profileName(t, running.profile)}
              </p>
            </>
          )}
          <p>{t("shape.waiting", { count: waiting })}</p>
        </div>
      )}
      {failed.length > 0 && (
        <>
          <header className={classes.failed}>
            <h3>{t("shape.failed_title")}</h3>
            <Button
              variant="default"
              size="compact-md"
              loading={retry.isPending}
              onClick={() => retry.mutate(undefined, { onError: toast.problem })}
            >
              {t("shape.retry")}
            </Button>
          </header>
          <ul className={classes.failures}>
            {failed.map((f) => (
              <li key={f.media_id}>
                <Link to="/content/$id" params={{ id: f.media_id }}>
                  {f.title}
                </Link>
                <small>
                  {typeof f.params.profile === "string" && `${profileName(t, f.params.profile)}: `}
                  {reasonText(t, f)}
                </small>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
