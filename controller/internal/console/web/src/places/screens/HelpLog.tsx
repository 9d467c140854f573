import { Button, Group, Modal, Skeleton, TextInput } from "@mantine/core";
import { IconDownload, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type HelpCommand, helpLogQuery } from "@/api/help";
import type { ScreenState } from "@/api/types";
import { download } from "@/signing/download";
import { dateTime } from "@/time/format";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import classes from "./Help.module.css";

interface Props {
  screen: ScreenState;
  command: HelpCommand;
  onClose: () => void;
}

/** The log of a screen PC: one line each, warnings marked, to be searched and taken away. */
export function HelpLog({ screen, command, onClose }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const log = useQuery(helpLogQuery(screen.id, command.id));
  const [find, setFind] = useState("");
  const text = log.data ?? "";
  const words = find.trim().toLowerCase();
  const lines = text
    .split("\n")
    .filter((l) => l !== "")
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line.toLowerCase().includes(words));
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t("help.log_title", { name: screen.name, at: dateTime(new Date(command.asked_at)) })}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      {log.error && <ProblemNote error={log.error} />}
      <Group mb={8} gap={8}>
        <TextInput
          className={classes.find}
          data-autofocus
          aria-label={t("help.log_find")}
          placeholder={t("help.log_find")}
          leftSection={<IconSearch size={16} />}
          value={find}
          onChange={(e) => setFind(e.currentTarget.value)}
        />
        <Button
          variant="default"
          leftSection={<IconDownload size={18} />}
          disabled={!log.data}
          onClick={() => download(new TextEncoder().encode(text), `${screen.id}-${command.asked_at.slice(0, 19)}.log`)}
        >
          {t("help.log_download")}
        </Button>
      </Group>
      {log.isPending ? (
        <Skeleton height={320} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
        <ol className={classes.log} tabIndex={0} aria-label={t("help.log")}>
          {lines.map(({ line, number }) => (
            <li key={number} value={number} data-level={level(line)}>
              {line}
            </li>
          ))}
          {lines.length === 0 && <li className={classes.none}>{t("help.log_none")}</li>}
        </ol>
      )}
    </Modal>
  );
}

function level(line: string): string | undefined {
  if (line.includes("level=ERROR")) return "error";
  return line.includes("level=WARN") ? "warn" : undefined;
}
