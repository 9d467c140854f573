import { Button, NumberInput, Switch } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type CharterState, type DraftBody, useDraftCharter } from "@/api/charter";
import { dateOf } from "@/time/zone";
import { DateField } from "@/ui/DateField";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Charter.module.css";
import { DraftParties } from "./DraftParties";
import { DraftPeople } from "./DraftPeople";
import { DraftPins } from "./DraftPins";
import { DraftReleasers } from "./DraftReleasers";
import { DraftResult } from "./DraftResult";
import { DraftRoots } from "./DraftRoots";
import { firstOf, lackOf, nextOf, partiesUsed } from "./draft";

/** The parts of the next charter, or of the first; then what it says, the file to sign and its way back. */
export function Composer({ state }: { state: CharterState }) {
  const { t } = useTranslation();
  const prepare = useDraftCharter();
  const result = useRef<HTMLDivElement>(null);
  const charter = state.charter ?? null;
  const own = state.relying_party ?? null;
  const [draft, setDraft] = useState(() => (charter ? nextOf(charter, own, new Date()) : firstOf(own, new Date())));
  const set = (change: Partial<DraftBody>) => {
    setDraft({ ...draft, ...change });
    prepare.reset(); // what was prepared is not what is wanted now
  };
  const keys = [...(charter?.people.flatMap((p) => p.credentials) ?? []), ...state.pending_credentials];
  const used = partiesUsed(draft, keys);
  const lack = lackOf(draft, used);
  const number = (key: "root_threshold" | "lift_threshold" | "max_unattended_days", min: number, max: number) => (
    <NumberInput
      label={t(`charter.field_${key}`)}
      description={t(`charter.hint_${key}`)}
      min={min}
      max={max}
      allowDecimal={false}
      value={draft[key]}
      onChange={(v) => set({ [key]: Math.min(max, Math.max(min, Number(v) || min)) })}
    />
  );
  return (
    <div className={classes.page}>
      <Panel title={t("charter.people")} flush>
        <DraftPeople
          draft={draft}
          charter={charter}
          pending={state.pending_credentials}
          onChange={(people) => set({ people })}
        />
      </Panel>
      <Panel title={t("charter.roots")}>
        <DraftRoots
          roots={draft.roots}
          threshold={draft.root_threshold}
          charter={charter}
          onChange={(roots) => set({ roots })}
        />
      </Panel>
      <Panel title={t("charter.releasers")}>
        <DraftReleasers
          signers={draft.release_signers}
          threshold={draft.release_threshold}
          onChange={(release_signers, release_threshold) => set({ release_signers, release_threshold })}
        />
      </Panel>
      <Panel title={t("charter.rules")}>
        <div className={classes.fields}>
          <DateField
            label={t("charter.field_expires")}
            required
            value={dateOf(new Date(draft.expires_at))}
            minDate={dateOf(new Date())}
            onChange={(d) => d && set({ expires_at: `${d}T16:59:59Z` })}
          />
          {number("root_threshold", 1, Math.max(draft.roots.length, draft.root_threshold))}
          {number("lift_threshold", 2, 20)}
          {number("max_unattended_days", 1, 3650)}
          <Switch
            label={t("charter.field_independent")}
            description={t("charter.hint_independent")}
            checked={draft.independent_decision}
            onChange={(e) => set({ independent_decision: e.currentTarget.checked })}
          />
        </div>
      </Panel>
      <Panel title={t("charter.parties")}>
        <DraftParties
          parties={draft.relying_parties}
          own={own}
          used={used}
          onChange={(relying_parties) => set({ relying_parties })}
        />
      </Panel>
      <Panel title={t("charter.pins")}>
        <DraftPins pins={draft.pins} onChange={(pins) => set({ pins })} />
      </Panel>
      <Panel title={t("charter.keys")}>
        {charter ? (
          <div className={classes.fields}>
            <Switch
              label={t("charter.field_rotate")}
              description={t("charter.hint_rotate")}
              checked={draft.new_programme_key}
              onChange={(e) => set({ new_programme_key: e.currentTarget.checked })}
            />
            <Switch
              label={t("charter.field_epoch", { epoch: charter.epoch + 1 })}
              description={t("charter.hint_epoch")}
              checked={draft.raise_epoch}
              onChange={(e) => set({ raise_epoch: e.currentTarget.checked })}
            />
          </div>
        ) : (
          <p className={classes.words}>
            {t("charter.key_hint")} <code>{state.programme_key}</code>
          </p>
        )}
      </Panel>
      <div ref={result} className={classes.prepare}>
        {prepare.error && <ProblemNote error={prepare.error} />}
        {lack && <p className={classes.lack}>{t(`charter.lack_${lack}`)}</p>}
        {!prepare.data && (
          <Button
            size="md"
            disabled={lack !== null}
            loading={prepare.isPending}
            leftSection={<IconListCheck size={20} />}
            onClick={() =>
              prepare.mutate(draft, {
                onSuccess: () => requestAnimationFrame(() => result.current?.scrollIntoView({ block: "start" })),
              })
            }
          >
            {t(charter ? "charter.show_changes" : "charter.show_first")}
          </Button>
        )}
        {prepare.data && <DraftResult draft={prepare.data} state={state} />}
      </div>
    </div>
  );
}
