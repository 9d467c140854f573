import { ActionIcon, Button, Checkbox, NumberInput, Select } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ReleaseOverview, useProposeRelease } from "@/api/releases";
import { useFormat } from "@/i18n/useFormat";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Releases.module.css";

/** Proposes to bring a release to clusters in an order, after one screen. */
export function ProposePlan({ overview: o }: { overview: ReleaseOverview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const propose = useProposeRelease();
  const usable = o.releases.filter((r) => r.stands && r.builds.every((b) => b.here));
  const [release, setRelease] = useState<string | null>(null);
  const [order, setOrder] = useState(() => o.clusters.map((c) => c.id));
  const [left, setLeft] = useState<string[]>([]);
  const [first, setFirst] = useState<string | null>(null);
  const [soak, setSoak] = useState<number | string>(30);
  const chosen = usable.find((r) => r.id === release) ?? usable[0];
  const clusters = order.filter((id) => !left.includes(id));
  const named = (id: string) => o.clusters.find((c) => c.id === id);
  const screens = clusters.flatMap((id) => named(id)?.screens ?? []);
  const canary = screens.find((s) => s.id === first) ?? screens.find((s) => s.online);
  const shift = (i: number, by: number) => {
    const next = [...order];
    const [moved] = next.splice(i, 1);
    if (moved) next.splice(i + by, 0, moved);
    setOrder(next);
  };
  return (
    <Panel title={t("release.propose_title")}>
      {propose.error && <ProblemNote error={propose.error} />}
      {!chosen && <p className={classes.note}>{t("release.none_complete")}</p>}
      {chosen && (
        <div className={classes.propose}>
          <Select
            label={t("release.field_release")}
            allowDeselect={false}
            data={usable.map((r) => ({ value: r.id, label: r.version }))}
            value={chosen.id}
            onChange={setRelease}
          />
          <Select
            label={t("release.field_first")}
            description={t("release.hint_first")}
            allowDeselect={false}
            searchable
            data={screens.map((s) => ({ value: s.id, label: s.name }))}
            value={canary?.id ?? null}
            onChange={setFirst}
          />
          <NumberInput
            label={t("release.field_soak")}
            description={t("release.hint_soak")}
            min={1}
            max={10_080}
            value={soak}
            onChange={setSoak}
          />
          <fieldset className={classes.order}>
            <legend>{t("release.field_clusters")}</legend>
            <ol>
              {order.map((id, i) => {
                const c = named(id);
                return (
                  <li key={id}>
                    <Checkbox
                      size="md"
                      label={c?.name ?? id}
                      checked={!left.includes(id)}
                      onChange={(e) => setLeft(e.currentTarget.checked ? left.filter((x) => x !== id) : [...left, id])}
                    />
                    <small>{t("shape.screens", { count: c?.screens.length ?? 0 })}</small>
                    <ActionIcon
                      size={44}
                      variant="subtle"
                      color="gray"
                      disabled={i === 0}
                      aria-label={t("release.earlier", { name: c?.name ?? id })}
                      onClick={() => shift(i, -1)}
                    >
                      <IconArrowUp size={18} />
                    </ActionIcon>
                    <ActionIcon
                      size={44}
                      variant="subtle"
                      color="gray"
                      disabled={i === order.length - 1}
                      aria-label={t("release.later", { name: c?.name ?? id })}
                      onClick={() => shift(i, 1)}
                    >
                      <IconArrowDown size={18} />
                    </ActionIcon>
                  </li>
                );
              })}
            </ol>
          </fieldset>
          {canary && clusters.length > 0 && (
            <p className={classes.summary}>
              {t("release.summary", {
                version: chosen.version,
                first: canary.name,
                clusters: format.list(clusters.map((id) => named(id)?.name ?? id)),
                count: Number(soak) || 0,
              })}
            </p>
          )}
          <Button
            disabled={!canary || clusters.length === 0 || !Number(soak)}
            loading={propose.isPending}
            onClick={() =>
              canary &&
              propose.mutate({
                release_id: chosen.id,
                first_screen: canary.id,
                clusters,
                soak_minutes: Number(soak),
              })
            }
          >
            {t("release.propose")}
          </Button>
        </div>
      )}
    </Panel>
  );
}
