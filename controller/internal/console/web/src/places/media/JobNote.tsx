import { Alert, Progress } from "@mantine/core";
import { IconAlertTriangle, IconLoader2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { reasonText } from "@/i18n/useProblemText";

/** How far the preparation for the screens is, or why it failed. */
export function JobNote({ item }: { item: Media }) {
  const { t } = useTranslation();
  const job = item.job;
  if (item.state === "failed" || job?.state === "failed") {
    return (
      <Alert color="marker" icon={<IconAlertTriangle size={20} />} title={t("media.job_failed")}>
        {job?.reason ? reasonText(t, job) : t("media.job_failed_hint")}
      </Alert>
    );
  }
  if (item.state !== "processing" && job?.state !== "running" && job?.state !== "queued") return null;
  const percent = Math.round(100 * (job?.progress ?? 0));
  return (
    <Alert color="gray" icon={<IconLoader2 size={20} />} title={t("media.job_running", { percent })}>
      <Progress value={percent} aria-label={t("media.job_running", { percent })} mt={4} />
    </Alert>
  );
}
