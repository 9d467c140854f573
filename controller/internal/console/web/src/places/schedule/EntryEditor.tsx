import { Button, NumberInput, Slider, Stack, Switch, TextInput } from "@mantine/core";
import { IconCalendarPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/rights";
import { useAddEntry, usePutEntry } from "@/api/schedule";
import type { Entry, EntryBody } from "@/api/types";
import { PublishButton } from "@/publish/PublishButton";
import { BackLink } from "@/ui/BackLink";
import { OnlyReads } from "@/ui/OnlyReads";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { SaveMark } from "@/ui/SaveMark";
import { useAutosave } from "@/ui/useAutosave";
import classes from "./Entry.module.css";
import { EntryMenu } from "./EntryMenu";
import { PlaylistSelect } from "./PlaylistSelect";
import { RuleFields } from "./RuleFields";
import { Step } from "./Step";
import { TargetFields } from "./TargetFields";
import { useSummary } from "./useSummary";

interface Props {
  /** null: not in the schedule yet. */
  entry: Entry | null;
  start: EntryBody;
}

const bodyOf = ({ title, playlist_id, target, rule, priority, enabled }: EntryBody): EntryBody => ({
  title,
  playlist_id,
  target,
  rule,
  priority,
  enabled,
});
const complete = (e: EntryBody) =>
  e.playlist_id !== "" && e.target.clusters.length + e.target.screens.length + e.target.tags.length > 0;

/** Numbered steps on the left, and on the right the sentence that writes itself. */
export function EntryEditor({ entry, start }: Props) {
  const { t } = useTranslation();
  const say = useSummary();
  const navigate = useNavigate();
  const may = useMay("edit_plans");
  const add = useAddEntry();
  const put = usePutEntry(entry?.id ?? "");
  const [body, setBody] = useState(() => bodyOf(start));
  const [playlist, setPlaylist] = useState(entry?.playlist_title ?? "");
  const [version, setVersion] = useState(entry?.version ?? 0);
  const saving = useAutosave(async (value: EntryBody) => {
    const saved = await put.mutateAsync({ ...value, version });
    setVersion(saved.version);
  });
  const titled = (e: EntryBody, name = playlist): EntryBody => ({ ...e, title: e.title.trim() || name });
  const set = (change: Partial<EntryBody>, name = playlist) => {
    const next = { ...body, ...change };
    setBody(next);
    if (entry && complete(next)) saving.change(titled(next, name));
  };
  const create = () =>
    add.mutate(titled(body), {
      onSuccess: (made) => void navigate({ to: "/schedule/entries/$id", params: { id: made.id }, replace: true }),
    });
  return (
    <>
      <BackLink to="/schedule" label={t("place.schedule")} />
      <PageHead
        title={entry ? body.title || playlist : t("schedule.new")}
        aside={entry && <SaveMark state={saving.state} />}
        actions={
          entry ? (
            <>
              {may && <EntryMenu entry={{ ...entry, ...body }} />}
              <PublishButton beforeOpen={saving.flush} />
            </>
          ) : (
            <Button
              leftSection={<IconCalendarPlus size={18} />}
              disabled={!complete(body)}
              loading={add.isPending}
              onClick={create}
            >
              {t("schedule.put_in")}
            </Button>
          )
        }
      />
      {add.error && <ProblemNote error={add.error} />}
      {saving.error !== null && <ProblemNote error={saving.error} onRetry={() => set({})} />}
      <OnlyReads when={!may}>
        <div className={classes.editor}>
          <ol className={classes.steps}>
            <Step n={1} title={t("schedule.step_what")} done={body.playlist_id !== ""}>
              <PlaylistSelect
                value={body.playlist_id}
                title={playlist}
                onChange={(id, title) => {
                  setPlaylist(title);
                  set({ playlist_id: id }, title);
                }}
              />
            </Step>
            <Step n={2} title={t("schedule.step_where")} done={complete({ ...body, playlist_id: "x" })}>
              <TargetFields value={body.target} onChange={(target) => set({ target })} />
            </Step>
            <Step n={3} title={t("schedule.step_when")} done>
              <RuleFields value={body.rule} onChange={(rule) => set({ rule })} />
            </Step>
            <Step n={4} title={t("schedule.step_priority")} done>
              <p className={classes.hint}>{t("schedule.priority_hint")}</p>
              <div className={classes.slider}>
                <Slider
                  min={0}
                  max={100}
                  step={5}
                  label={null}
                  thumbLabel={t("schedule.priority")}
                  value={body.priority}
                  onChange={(priority) => set({ priority })}
                />
                <NumberInput
                  aria-label={t("schedule.priority")}
                  min={0}
                  max={100}
                  clampBehavior="strict"
                  allowDecimal={false}
                  value={body.priority}
                  onChange={(v) => typeof v === "number" && set({ priority: v })}
                />
              </div>
            </Step>
          </ol>
          <aside className={classes.summary}>
            <h2>{t("schedule.in_words")}</h2>
            <p aria-live="polite">{say(body, playlist)}</p>
            <Stack gap="sm">
              <TextInput
                label={t("schedule.title")}
                placeholder={playlist}
                maxLength={200}
                value={body.title}
                onChange={(e) => set({ title: e.currentTarget.value })}
              />
              <Switch
                label={t("schedule.enabled")}
                checked={body.enabled}
                onChange={(e) => set({ enabled: e.currentTarget.checked })}
              />
            </Stack>
          </aside>
        </div>
      </OnlyReads>
    </>
  );
}
