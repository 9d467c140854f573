import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { CharterChange, CharterDraft, CharterState } from "@/api/charter";
import { useFormat } from "@/i18n/useFormat";
import { fromBase64 } from "@/signing/bytes";
import { download } from "@/signing/download";
import { Panel } from "@/ui/Panel";
import { BringBack } from "./BringBack";
import classes from "./Charter.module.css";
import { CharterPeople } from "./CharterPeople";
import { CharterRules } from "./CharterRules";
import { Command } from "./Command";
import { readPayload } from "./payload";
import { sameRoots } from "./roots";
import { useCharterWords } from "./useCharterWords";

/** Somebody leaves and nothing of theirs is kept: no change of its own says so. */
const fallsWith = (c: CharterChange, all: CharterChange[]) =>
  c.kind === "person_standing" &&
  c.after === "retired" &&
  !all.some((x) => x.kind === "person_kept" && x.subject === c.subject);

/** What changes in words, or the whole first one; the file to be signed offline step by step, and its way back. */
export function DraftResult({ draft, state }: { draft: CharterDraft; state: CharterState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCharterWords();
  const charter = state.charter ?? null;
  const payload = fromBase64(draft.payload);
  const next = readPayload(payload, state.pending_credentials);
  const file = `charter-${draft.number}.json`;
  const before = `charter-${draft.number - 1}.json`;
  const holders = (of: { holder: string }[]) => format.list(of.map((r) => r.holder));
  const changed = charter && (!sameRoots(charter.roots, next.roots) || charter.root_threshold !== next.root_threshold);
  return (
    <>
      {charter ? (
        <Panel title={t("charter.changes", { number: draft.number })}>
          {draft.changes.length === 0 && <p>{t("charter.no_changes")}</p>}
          <ul className={classes.rules}>
            {draft.changes.map((c) => (
              <li key={`${c.kind} ${c.subject} ${c.before} ${c.after}`}>
                {words.change(c)}
                {fallsWith(c, draft.changes) && ` ${t("charter.change_not_kept", { name: c.subject })}`}
              </li>
            ))}
          </ul>
        </Panel>
      ) : (
        <>
          <Panel title={t("charter.says")}>
            <CharterRules charter={next} />
          </Panel>
          <Panel title={t("charter.people")} flush>
            <CharterPeople people={next.people} />
          </Panel>
        </>
      )}
      <Panel title={t("charter.sign_offline")}>
        <ol className={classes.steps}>
          <li>
            {t(charter ? "charter.step_download" : "charter.step_download_first")}
            <span className={classes.files}>
              <Button leftSection={<IconDownload size={18} />} onClick={() => download(payload, file)}>
                {file}
              </Button>
              {state.envelope && (
                <Button
                  variant="default"
                  leftSection={<IconDownload size={18} />}
                  onClick={() => download(fromBase64(state.envelope ?? ""), before)}
                >
                  {t("charter.download_before", { file: before })}
                </Button>
              )}
            </span>
          </li>
          <li>
            {changed
              ? t("charter.step_holders_both", {
                  count: charter.root_threshold,
                  before: holders(charter.roots),
                  needs: next.root_threshold,
                  after: holders(next.roots),
                })
              : t("charter.step_holders", { count: next.root_threshold, holders: holders(next.roots) })}
            <Command text={`controller keys sign ${file} ${charter ? `--before ${before} ` : ""}--key …`} />
          </li>
          <li>{t("charter.step_back")}</li>
        </ol>
        <BringBack roots={charter?.roots ?? []} threshold={charter?.root_threshold ?? 0} />
      </Panel>
    </>
  );
}
