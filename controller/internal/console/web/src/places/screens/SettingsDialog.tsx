import { Button, Modal, NumberInput, Skeleton, Stack, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ScreenSettings, settingsQuery, usePatchSettings } from "@/api/devices";
import type { ScreenState } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { useToast } from "@/ui/useToast";
import { type HoursDraft, HoursEditor } from "./HoursEditor";
import { dailyWeek, everyDay, hoursOf, weekOf } from "./hours";

const cameraShape = "http://10.20.0.9/snapshot.jpg";

function draftOf(s: ScreenSettings): HoursDraft {
  const daily = everyDay(s.hours);
  return {
    mode: s.hours.always ? "always" : daily ? "daily" : "weekly",
    daily: daily ?? { from: "06:00", until: "22:00" },
    week: weekOf(s.hours),
  };
}

function Form({ id, settings, onClose }: { id: string; settings: ScreenSettings; onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const patch = usePatchSettings();
  const [draft, setDraft] = useState(() => draftOf(settings));
  const [camera, setCamera] = useState(settings.camera);
  const [touch, setTouch] = useState(settings.touch);
  const hours =
    draft.mode === "always"
      ? { always: true, week: [] }
      : hoursOf(draft.mode === "daily" ? dailyWeek(draft.daily) : draft.week);
  const save = () =>
    hours &&
    patch.mutate(
      { id, hours, camera: camera.trim(), touch },
      {
        onSuccess: () => {
          toast.done(t("device.settings_sent"));
          onClose();
        },
      },
    );
  return (
    <Stack gap="md">
      {patch.error && <ProblemNote error={patch.error} />}
      <HoursEditor value={draft} onChange={setDraft} />
      {!hours && <p role="alert">{t("device.hours_overlap")}</p>}
      <TextInput
        label={t("device.camera")}
        description={t("device.camera_hint")}
        placeholder={cameraShape}
        maxLength={300}
        value={camera}
        onChange={(e) => setCamera(e.currentTarget.value)}
      />
      <Switch
        label={t("device.touch")}
        description={t("device.touch_hint")}
        checked={touch.interactive}
        onChange={(e) => setTouch({ ...touch, interactive: e.currentTarget.checked })}
      />
      {touch.interactive && (
        <NumberInput
          label={t("device.touch_idle")}
          min={10}
          max={3600}
          clampBehavior="strict"
          value={touch.idle_s}
          onChange={(v) => typeof v === "number" && setTouch({ ...touch, idle_s: v })}
        />
      )}
      <Button disabled={!hours} loading={patch.isPending} onClick={save}>
        {t("app.save")}
      </Button>
    </Stack>
  );
}

/** How a screen is run: its hours, its camera, its touch panel. */
export function SettingsDialog({ screen, onClose }: { screen: ScreenState; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const settings = useQuery(settingsQuery(screen.id));
  return (
    <Modal opened onClose={onClose} title={t("device.settings")} closeButtonProps={{ "aria-label": t("app.close") }}>
      {settings.error && !settings.data && (
        <ProblemNote error={settings.error} onRetry={() => void settings.refetch()} />
      )}
      {settings.isPending && <Skeleton height={360} />}
      {settings.data && <Form id={screen.id} settings={settings.data} onClose={onClose} />}
    </Modal>
  );
}
