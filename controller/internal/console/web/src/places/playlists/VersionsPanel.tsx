import { Button, Drawer, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useRestoreVersion, versionsQuery } from "@/api/playlists";
import { duration } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { useToast } from "@/ui/useToast";
import classes from "./Editor.module.css";

interface Props {
  id: string;
  current: number;
  opened: boolean;
  onClose: () => void;
  onRestored: () => Promise<void>;
}

/** Earlier versions; going back makes a new version, so nothing is lost. */
export function VersionsPanel({ id, current, opened, onClose, onRestored }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const versions = useQuery({ ...versionsQuery(id), enabled: opened });
  const restore = useRestoreVersion(id);
  const back = (version: number) =>
    restore.mutate(version, {
      onError: toast.problem,
      onSuccess: async () => {
        await onRestored();
        onClose();
        toast.done(t("playlist.restored", { version }));
      },
    });
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={t("playlist.versions")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      {versions.isPending && <Skeleton height={240} />}
      <ol className={classes.versions}>
        {versions.data?.map((v) => (
          <li key={v.version}>
            <div>
              <strong>{t("playlist.version_n", { version: v.version })}</strong>
              {v.published && <span> · {t("playlist.version_published")}</span>}
              <small>
                {t("playlist.items", { count: v.items_count })} · {duration(v.total_ms)} · {v.by.name},{" "}
                <Ago at={v.at} />
              </small>
            </div>
            {v.version === current ? (
              <span>{t("playlist.version_current")}</span>
            ) : (
              <Button
                variant="default"
                size="xs"
                loading={restore.isPending && restore.variables === v.version}
                onClick={() => back(v.version)}
              >
                {t("playlist.restore")}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Drawer>
  );
}
