import { ActionIcon, Anchor, Progress } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheckFilled,
  IconCopy,
  IconFile,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { reasonText } from "@/i18n/useProblemText";
import { isMoving, type Upload } from "./machine";
import classes from "./Uploads.module.css";
import { useUploads } from "./UploadsContext";

const icons = { done: IconCircleCheckFilled, duplicate: IconCopy, refused: IconAlertTriangle };

export function TrayRow({ upload: u }: { upload: Upload }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { pause, resume, remove } = useUploads();
  const Icon = icons[u.phase as keyof typeof icons] ?? IconFile;
  const percent = u.size > 0 ? (100 * u.sent) / u.size : 0;
  const target = u.mediaId ?? u.twin?.id;
  return (
    <li className={classes.row} data-phase={u.phase}>
      <Icon size={20} stroke={1.6} aria-hidden="true" />
      <div className={classes.what}>
        <span className={classes.name}>{u.name}</span>
        <span className={classes.note}>
          {u.phase === "refused" && u.reason
            ? reasonText(t, u.reason)
            : t(`upload.phase_${u.phase}`, {
                sent: format.bytes(u.sent),
                size: format.bytes(u.size),
                title: u.twin?.title ?? "",
              })}
          {target && (
            <Anchor component={Link} to={`/content/${target}`} size="xs">
              {t("app.open")}
            </Anchor>
          )}
        </span>
        {(isMoving(u) || u.phase === "paused") && <Progress value={percent} size={3} aria-label={u.name} />}
      </div>
      {(u.phase === "sending" || u.phase === "stalled" || u.phase === "waiting") && (
        <ActionIcon onClick={() => pause(u.key)} aria-label={t("upload.pause")}>
          <IconPlayerPause size={18} />
        </ActionIcon>
      )}
      {u.phase === "paused" && (
        <ActionIcon onClick={() => resume(u.key)} aria-label={t("upload.resume")}>
          <IconPlayerPlay size={18} />
        </ActionIcon>
      )}
      {u.phase !== "checking" && (
        <ActionIcon onClick={() => remove(u.key)} aria-label={t("upload.remove")}>
          <IconX size={18} />
        </ActionIcon>
      )}
    </li>
  );
}
