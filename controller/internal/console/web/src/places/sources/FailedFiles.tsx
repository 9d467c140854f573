import { Button, Group } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SourceFind, SourceTaken } from "@/api/sources";
import { reasonText } from "@/i18n/useProblemText";
import { fileName } from "./fileName";
import { Picture } from "./ItemCard";
import classes from "./Sources.module.css";

interface Props {
  find: SourceFind;
  failed: SourceTaken["failed"];
  trying: boolean;
  onAgain: () => void;
  onLeave: () => void;
}

/** Which of several files could not be taken and why; the others are drafts already. */
export function FailedFiles({ find, failed, trying, onAgain, onLeave }: Props) {
  const { t } = useTranslation();
  const { pictures } = find.article;
  return (
    <section className={classes.failed} aria-live="polite">
      <h2>{t("sources.failed", { count: failed.length })}</h2>
      <ul>
        {failed.map((f) => (
          <li key={f.address}>
            <Picture url={pictures.find((p) => p.address === f.address)?.picture_url ?? ""} />
            <span>
              <strong>{fileName(t, find.article, f.address)}</strong>
              {reasonText(t, f.problem)}
            </span>
          </li>
        ))}
      </ul>
      <Group gap="sm">
        <Button variant="default" loading={trying} leftSection={<IconRefresh size={18} />} onClick={onAgain}>
          {t("sources.failed_again", { count: failed.length })}
        </Button>
        <Button variant="subtle" color="gray" onClick={onLeave}>
          {t("sources.failed_leave")}
        </Button>
      </Group>
    </section>
  );
}
