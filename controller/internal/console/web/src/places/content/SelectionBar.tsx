import { Button, CloseButton } from "@mantine/core";
import { IconEdit } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import classes from "./Content.module.css";
import type { Selection } from "./useSelection";

interface Props {
  selection: Selection;
  total: number;
  onEdit: () => void;
}

/** What is chosen and what can be done with it; lies above the page, which stays where it is. */
export function SelectionBar({ selection, total, onEdit }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = selection.chosen.size;
  return (
    <>
      <div className={classes.room} />
      <div className={classes.bar} role="toolbar" aria-label={t("library.chosen_actions")}>
        <strong role="status">{t("library.chosen", { count, n: format.number(count) })}</strong>
        {count < total && (
          <Button variant="subtle" color="gray" px="xs" onClick={selection.all}>
            {t("library.choose_all", { n: format.number(total) })}
          </Button>
        )}
        <Button px="sm" leftSection={<IconEdit size={18} stroke={1.6} />} onClick={onEdit}>
          {t("library.edit")}
        </Button>
        <CloseButton size="lg" aria-label={t("library.clear")} onClick={selection.clear} />
      </div>
    </>
  );
}
