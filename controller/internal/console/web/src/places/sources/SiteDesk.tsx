import { Button, Group, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type PageKind, type SourceSite, useConfirmSite, useSaveSite, useTrial } from "@/api/sources";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import { PolicyChoice } from "./PolicyChoice";
import classes from "./Sources.module.css";
import { TrialResult } from "./TrialResult";

/** One site's description: try it against an address, change it, say that it is right. */
export function SiteDesk({ site, may }: { site: SourceSite; may: boolean }) {
  const { t } = useTranslation();
  const toast = useToast();
  const trial = useTrial();
  const save = useSaveSite();
  const confirm = useConfirmSite();
  const [text, setText] = useState(site.text);
  const [kind, setKind] = useState<PageKind>("article");
  const [address, setAddress] = useState("");
  const changed = text !== site.text;
  const run = (event: FormEvent) => {
    event.preventDefault();
    trial.mutate({ kind, address: address.trim(), ...(changed ? { text } : { site: site.id }) });
  };
  return (
    <div>
      {site.hosts.length > 0 && (
        <Panel title={t("sources.try")}>
          <form onSubmit={run} className={classes.trial}>
            <SegmentedControl
              data={(["article", "list"] as const).map((k) => ({ value: k, label: t(`sources.kind_${k}`) }))}
              value={kind}
              onChange={(k) => setKind(k as PageKind)}
            />
            <TextInput
              name="trial"
              label={t("sources.try_address")}
              placeholder={`https://${site.hosts[0]}/…`}
              value={address}
              onChange={(e) => setAddress(e.currentTarget.value)}
            />
            <Button
              type="submit"
              variant={changed ? "default" : "filled"}
              disabled={address.trim() === ""}
              loading={trial.isPending}
            >
              {t("sources.try")}
            </Button>
          </form>
          {trial.error && <ProblemNote error={trial.error} />}
          {trial.data && (
            <TrialResult
              trial={trial.data}
              confirming={confirm.isPending}
              onConfirm={
                changed
                  ? undefined
                  : () =>
                      confirm.mutate(
                        { site: site.id, kind: trial.data.kind, address: trial.data.address },
                        { onError: toast.problem, onSuccess: () => toast.done(t("sources.confirmed_now")) },
                      )
              }
            />
          )}
        </Panel>
      )}
      {site.hosts.length > 0 && <PolicyChoice site={site} may={may} />}
      <Panel title={t("sources.description")}>
        <Textarea
          aria-label={t("sources.description")}
          className={classes.yaml}
          value={text}
          readOnly={!may}
          autosize
          minRows={12}
          maxRows={40}
          spellCheck={false}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        {may && (
          <Group justify="flex-end" mt="sm">
            {changed && (
              <Button variant="default" onClick={() => setText(site.text)}>
                {t("app.undo")}
              </Button>
            )}
            <Button
              disabled={!changed}
              loading={save.isPending}
              onClick={() =>
                save.mutate(
                  { text, version: site.version },
                  { onError: toast.problem, onSuccess: () => toast.done(t("app.saved")) },
                )
              }
            >
              {t("app.save")}
            </Button>
          </Group>
        )}
      </Panel>
    </div>
  );
}
