import { Skeleton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Runbook, runbookQuery } from "@/api/incidents";
import { Panel } from "@/ui/Panel";
import classes from "./Incidents.module.css";

/** **Strong** words; nothing else of a runbook is markup. */
function Words({ text }: { text: string }) {
  return text.split("**").map((part, n) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their places
    n % 2 === 1 ? <strong key={n}>{part}</strong> : part,
  );
}

function Block({ block: b }: { block: Runbook["blocks"][number] }) {
  if (b.kind === "step") {
    return (
      <li>
        <Words text={b.text} />
      </li>
    );
  }
  return (
    <li data-kind={b.kind}>
      {b.kind === "warning" && <IconAlertTriangle size={18} aria-hidden="true" />}
      <span>
        <Words text={b.text} />
      </span>
    </li>
  );
}

/** What to do, step by step, in the reader's language. */
export function RunbookView({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const book = useQuery(runbookQuery(name, i18n.language));
  if (book.isPending) return <Skeleton height={320} radius="md" />;
  if (!book.data) return null;
  return (
    <Panel title={book.data.title || t("incident.runbook")}>
      <ol className={classes.book}>
        {book.data.blocks.map((b) => (
          <Block key={b.text} block={b} />
        ))}
      </ol>
    </Panel>
  );
}
