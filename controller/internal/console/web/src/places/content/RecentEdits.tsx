import { ActionIcon, Menu } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaEditsQuery } from "@/api/library";
import { useFormat } from "@/i18n/useFormat";
import { useEditToast } from "@/library/useEditToast";
import { useNow } from "@/time/useNow";

/** One's own last edits of many, to be undone. */
export function RecentEdits() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(60_000);
  const [opened, setOpened] = useState(false);
  const edits = useQuery({ ...mediaEditsQuery, enabled: opened }).data;
  const { undo } = useEditToast();
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" width={340}>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t("library.recent")} title={t("library.recent")}>
          <IconHistory size={18} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("library.recent")}</Menu.Label>
        {edits?.length === 0 && <Menu.Item disabled>{t("library.recent_none")}</Menu.Item>}
        {edits?.map((e) => (
          <Menu.Item
            key={e.id}
            disabled={e.undone}
            onClick={() => undo(e.id)}
            rightSection={e.undone ? t("library.was_undone") : t("app.undo")}
          >
            {t("library.recent_line", {
              count: e.changed,
              n: format.number(e.changed),
              what: format.list(e.what.map((w) => t(`library.part_${w}`))),
            })}
            {" · "}
            {format.ago(e.at, now)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
