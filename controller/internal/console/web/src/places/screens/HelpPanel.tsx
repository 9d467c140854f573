import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { helpQuery, useAskHelp } from "@/api/help";
import { useMay } from "@/api/rights";
import type { ScreenState } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import classes from "./Help.module.css";
import { HelpDialog } from "./HelpDialog";
import { HelpReceipts } from "./HelpReceipts";
import { type Help, helps } from "./helpKinds";

/** What a person may ask the screen PC for from afar, and what became of it. */
export function HelpPanel({ screen, className }: { screen: ScreenState; className?: string | undefined }) {
  const { t } = useTranslation();
  const toast = useToast();
  const assist = useMay("assist_screens");
  const all = useMay("manage_screens") && assist;
  const asked = useQuery(helpQuery(screen.id));
  const ask = useAskHelp(screen.id);
  const [open, setOpen] = useState<Help | null>(null);
  const items = asked.data ?? [];
  if (!assist && items.length === 0) return null;
  const busy = (h: Help) => items.some((c) => c.kind === h.kind && (c.state === "waiting" || c.state === "taken"));
  return (
    <div className={className}>
      <Panel title={t("help.title")}>
        {asked.error && <ProblemNote error={asked.error} />}
        {assist && (
          <div className={classes.buttons}>
            {helps
              .filter((h) => all || h.harmless)
              .map((h) => (
                <Button
                  key={h.kind}
                  variant="default"
                  justify="flex-start"
                  leftSection={<h.icon size={18} />}
                  disabled={busy(h)}
                  onClick={() =>
                    h.harmless ? ask.mutate({ kind: h.kind }, { onError: (error) => toast.problem(error) }) : setOpen(h)
                  }
                >
                  {t(`help.do_${h.kind}`)}
                </Button>
              ))}
          </div>
        )}
        <HelpReceipts screen={screen} items={items} logs={all} />
        {open && <HelpDialog screen={screen} help={open} onClose={() => setOpen(null)} />}
      </Panel>
    </div>
  );
}
