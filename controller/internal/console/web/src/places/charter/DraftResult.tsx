import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Charter, CharterChange, CharterDraft } from "@/api/charter";
import { useFormat } from "@/i18n/useFormat";
import { fromBase64 } from "@/signing/bytes";
import { download } from "@/signing/download";
import { Panel } from "@/ui/Panel";
import { BringBack } from "./BringBack";
import classes from "./Charter.module.css";
import { Command } from "./FirstCharter";
import { useCharterWords } from "./useCharterWords";

/** Somebody leaves and nothing of theirs is kept: no change of its own says so. */
const fallsWith = (c: CharterChange, all: CharterChange[]) =>
  c.kind === "person_standing" &&
  c.after === "retired" &&
  !all.some((x) => x.kind === "person_kept" && x.subject === c.subject);

interface Props {
  draft: CharterDraft;
  charter: Charter;
  /** The one in force as it was signed. */
  envelope: string;
}

/** What changes in words, the file to be signed offline step by step, and its way back. */
export function DraftResult({ draft, charter, envelope }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useCharterWords();
  const file = `charter-${draft.number}.json`;
  const before = `charter-${charter.number}.json`;
  return (
    <>
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
      <Panel title={t("charter.sign_offline")}>
        <ol className={classes.steps}>
          <li>
            {t("charter.step_download")}
            <span className={classes.files}>
              <Button
                leftSection={<IconDownload size={18} />}
                onClick={() => download(fromBase64(draft.payload), file)}
              >
                {file}
              </Button>
              {envelope && (
                <Button
                  variant="default"
                  leftSection={<IconDownload size={18} />}
                  onClick={() => download(fromBase64(envelope), before)}
                >
                  {t("charter.download_before", { file: before })}
                </Button>
              )}
            </span>
          </li>
          <li>
            {t("charter.step_holders", {
              count: charter.root_threshold,
              holders: format.list(charter.roots.map((r) => r.holder)),
            })}
            <Command text={`controller keys sign ${file} --before ${before} --key …`} />
          </li>
          <li>{t("charter.step_back")}</li>
        </ol>
        <BringBack roots={charter.roots} threshold={charter.root_threshold} />
      </Panel>
    </>
  );
}
