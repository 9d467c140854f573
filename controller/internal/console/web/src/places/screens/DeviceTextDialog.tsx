import { Button, Modal, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Card, type DeviceDetail, type DeviceKind, type DeviceText, useDescribeDevice } from "@/api/devices";
import { DateField } from "@/ui/DateField";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import classes from "./Devices.module.css";

function CardFields({ label, value, onChange }: { label: string; value: Card; onChange: (c: Card) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.hours}>
      <legend>{label}</legend>
      <div className={classes.two}>
        {(["maker", "model", "firmware"] as const).map((field) => (
          <TextInput
            key={field}
            label={t(`device.card_${field}`)}
            maxLength={120}
            value={value[field]}
            onChange={(e) => onChange({ ...value, [field]: e.currentTarget.value })}
          />
        ))}
      </div>
    </fieldset>
  );
}

/** Writes down what no PC can say about a screen. Passwords are refused. */
export function DeviceTextDialog({ device, onClose }: { device: DeviceDetail; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const keep = useDescribeDevice();
  const { changed_at: _at, changed_by: _by, ...written } = device.notes;
  const [text, setText] = useState<DeviceText>(written);
  const set = (change: Partial<DeviceText>) => setText((before) => ({ ...before, ...change }));
  return (
    <Modal
      opened
      onClose={onClose}
      size={640}
      title={t("device.write")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {keep.error && <ProblemNote error={keep.error} />}
        <Select
          label={t("device.kind")}
          clearable
          data={(["tv", "led", "kiosk"] as const).map((k) => ({ value: k, label: t(`device.kind_${k}`) }))}
          value={text.kind || null}
          onChange={(v) => set({ kind: (v ?? "") as DeviceKind })}
        />
        {text.kind === "led" && (
          <>
            <CardFields label={t("device.sender")} value={text.sender} onChange={(sender) => set({ sender })} />
            <CardFields label={t("device.receiver")} value={text.receiver} onChange={(receiver) => set({ receiver })} />
          </>
        )}
        <TextInput
          label={t("device.password_holder")}
          description={t("device.password_holder_hint")}
          maxLength={120}
          value={text.password_holder}
          onChange={(e) => set({ password_holder: e.currentTarget.value })}
        />
        <TextInput
          label={t("device.supplier")}
          maxLength={120}
          value={text.supplier}
          onChange={(e) => set({ supplier: e.currentTarget.value })}
        />
        <DateField
          label={t("device.warranty")}
          value={text.warranty_until}
          onChange={(warranty_until) => set({ warranty_until })}
        />
        <TextInput
          label={t("device.switch")}
          description={t("device.switch_hint")}
          maxLength={120}
          value={text.switch}
          onChange={(e) => set({ switch: e.currentTarget.value })}
        />
        <Textarea
          label={t("device.text")}
          autosize
          minRows={2}
          maxLength={2000}
          value={text.text}
          onChange={(e) => set({ text: e.currentTarget.value })}
        />
        <Button
          loading={keep.isPending}
          onClick={() => keep.mutate({ id: device.id, ...text }, { onSuccess: onClose })}
        >
          {t("app.save")}
        </Button>
      </Stack>
    </Modal>
  );
}
