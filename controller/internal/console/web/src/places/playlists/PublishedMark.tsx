import { IconCircleCheckFilled, IconCircleDashed, IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Playlist } from "@/api/types";
import { StateMark } from "@/ui/StateMark";

/** Whether the screens have this version, an older one, or none. */
export function PublishedMark({ playlist: p }: { playlist: Pick<Playlist, "version" | "published_version"> }) {
  const { t } = useTranslation();
  if (p.published_version === 0) {
    return <StateMark icon={IconCircleDashed} tone="neutral" label={t("playlist.never_published")} />;
  }
  if (p.published_version === p.version) {
    return <StateMark icon={IconCircleCheckFilled} tone="ok" label={t("playlist.published")} />;
  }
  return <StateMark icon={IconPencil} tone="warn" label={t("playlist.changed")} />;
}
