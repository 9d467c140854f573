import { Skeleton } from "@mantine/core";
import { IconBroadcast, IconCircleCheckFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { publishPreviewQuery } from "@/api/publish";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Overview.module.css";

/** Whether the screens have what the editors have made. */
export function PublishState() {
  const { t } = useTranslation();
  const preview = useQuery(publishPreviewQuery);
  if (preview.error) return <ProblemNote error={preview.error} />;
  if (!preview.data) return <Skeleton height={104} radius="md" />;
  const changed = preview.data.changes.filter((c) => c.changed);
  const Icon = changed.length > 0 ? IconBroadcast : IconCircleCheckFilled;
  return (
    <Panel title={t("overview.publish_state")}>
      <p className={classes.publish} data-changed={changed.length > 0 || undefined}>
        <Icon size={20} aria-hidden="true" />
        {changed.length > 0 ? t("overview.unpublished", { count: changed.length }) : t("publish.nothing")}
      </p>
      {preview.data.since && (
        <Link
          to="/publications/$id"
          params={{ id: preview.data.since.publication_id }}
          className={`${classes.quiet} ${classes.panelLink}`}
        >
          {t("publish.since", { name: preview.data.since.by.name })} <Ago at={preview.data.since.at} />
        </Link>
      )}
    </Panel>
  );
}
