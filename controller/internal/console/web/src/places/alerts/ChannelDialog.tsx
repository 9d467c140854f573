import { Alert, Button, Checkbox, Group, Modal, Select, Stack, Switch, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type AlertChannel,
  type AlertChannelBody,
  alertKinds,
  severities,
  useRemoveChannel,
  useSaveChannel,
} from "@/api/alerts";
import { clustersQuery } from "@/api/fleet";
import { unitsQuery } from "@/api/people";
import { useMe } from "@/api/session";
import { ClockField } from "@/ui/ClockField";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import classes from "./Alerts.module.css";
import { KindFields } from "./KindFields";

const fresh = (unit: string): AlertChannelBody => ({
  unit_id: unit,
  cluster_id: "",
  kind: "email",
  name: "",
  language: "vi",
  least: "warning",
  level: 0,
  quiet_from: "",
  quiet_until: "",
  quiet_critical: true,
  enabled: true,
  host: "",
  port: 587,
  security: "starttls",
  user: "",
  from: "",
  url: "",
  app_id: "",
  targets: [],
  secrets: {},
  version: 0,
});

function bodyOf(channel: AlertChannel): AlertChannelBody {
  const { id: _id, held: _held, changed_at: _at, ...rest } = channel;
  return { ...rest, secrets: {} };
}

/** A place where alerts go: how it is reached, what it is told and when it is left alone. */
export function ChannelDialog({ channel, onClose }: { channel: AlertChannel | null; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const me = useMe();
  const units = (useQuery(unitsQuery).data ?? []).filter((u) => !u.ended_on);
  const clusters = useQuery(clustersQuery).data ?? [];
  const save = useSaveChannel();
  const remove = useRemoveChannel();
  const [body, setBody] = useState(() => (channel ? bodyOf(channel) : fresh(me.unit.id)));
  const change = (some: Partial<AlertChannelBody>) => setBody((b) => ({ ...b, ...some }));
  const [sure, setSure] = useState(false);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={channel?.name ?? t("alert.add")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {(save.error ?? remove.error) && <ProblemNote error={save.error ?? remove.error} />}
        {!channel && (
          <Select
            label={t("alert.kind")}
            allowDeselect={false}
            data={alertKinds.map((k) => ({ value: k, label: t(`alert.kind_${k}`) }))}
            value={body.kind}
            onChange={(v) => v && change({ kind: v as AlertChannelBody["kind"], targets: [], secrets: {} })}
          />
        )}
        <TextInput
          data-autofocus
          label={t("alert.name")}
          placeholder={t("alert.name_hint")}
          maxLength={100}
          value={body.name}
          onChange={(e) => change({ name: e.currentTarget.value })}
        />
        <KindFields body={body} held={channel?.held ?? []} change={change} />
        {body.kind !== "webhook" && (
          <TagsInput
            label={t(`alert.targets_${body.kind}`)}
            description={t("alert.targets_hint")}
            value={body.targets}
            onChange={(targets) => change({ targets })}
            splitChars={[",", ";", " "]}
            acceptValueOnBlur
          />
        )}
        {body.kind === "zalo" && <Alert color="gray">{t("alert.zalo_untried")}</Alert>}
        <div className={classes.two}>
          {!channel && (
            <Select
              label={t("alert.unit")}
              searchable
              allowDeselect={false}
              data={units.map((u) => ({ value: u.id, label: u.name }))}
              value={body.unit_id}
              onChange={(v) => v && change({ unit_id: v })}
            />
          )}
          <Select
            label={t("alert.cluster")}
            allowDeselect={false}
            data={[
              { value: "", label: t("alert.every_cluster") },
              ...clusters.map((c) => ({ value: c.id, label: c.name })),
            ]}
            value={body.cluster_id}
            onChange={(v) => change({ cluster_id: v ?? "" })}
          />
          <Select
            label={t("alert.least")}
            allowDeselect={false}
            data={severities.map((s) => ({ value: s, label: t(`alert.severity_${s}`) }))}
            value={body.least}
            onChange={(v) => v && change({ least: v as AlertChannelBody["least"] })}
          />
          <Select
            label={t("alert.level")}
            allowDeselect={false}
            data={[0, 1, 2, 3].map((n) => ({ value: String(n), label: t(`alert.level_${n}`) }))}
            value={String(body.level)}
            onChange={(v) => change({ level: Number(v) })}
          />
          <Select
            label={t("app.language")}
            allowDeselect={false}
            data={["vi", "en", "lo"].map((l) => ({ value: l, label: t(`app.language_${l}`) }))}
            value={body.language}
            onChange={(v) => v && change({ language: v })}
          />
        </div>
        <Checkbox
          label={t("alert.quiet")}
          checked={body.quiet_from !== ""}
          onChange={(e) =>
            change(
              e.currentTarget.checked
                ? { quiet_from: "22:00", quiet_until: "06:00" }
                : { quiet_from: "", quiet_until: "" },
            )
          }
        />
        {body.quiet_from !== "" && (
          <Group align="end">
            <ClockField
              label={t("alert.quiet_from")}
              value={body.quiet_from}
              onChange={(v) => change({ quiet_from: v })}
            />
            <ClockField
              label={t("alert.quiet_until")}
              value={body.quiet_until}
              onChange={(v) => change({ quiet_until: v })}
            />
            <Checkbox
              label={t("alert.quiet_critical")}
              checked={body.quiet_critical}
              onChange={(e) => change({ quiet_critical: e.currentTarget.checked })}
            />
          </Group>
        )}
        <Switch
          label={t("alert.enabled")}
          checked={body.enabled}
          onChange={(e) => change({ enabled: e.currentTarget.checked })}
        />
        <Group justify="space-between">
          {channel ? (
            <Button
              variant="subtle"
              color="marker"
              loading={remove.isPending}
              onClick={() => (sure ? remove.mutate(channel.id, { onSuccess: onClose }) : setSure(true))}
            >
              {t(sure ? "alert.remove_sure" : "alert.remove")}
            </Button>
          ) : (
            <span />
          )}
          <Button
            disabled={body.name.trim() === ""}
            loading={save.isPending}
            onClick={() => save.mutate({ ...body, id: channel?.id }, { onSuccess: onClose })}
          >
            {t("app.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
