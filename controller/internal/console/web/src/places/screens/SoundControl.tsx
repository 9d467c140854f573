import { Button, Menu } from "@mantine/core";
import { IconBellCheck, IconVolume, IconVolumeOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { time } from "@/time/format";
import type { useSound } from "./useSound";

const spans = [
  [10, "wall.mute_10"],
  [60, "wall.mute_60"],
  [480, "wall.mute_480"],
] as const;

interface Props {
  sound: ReturnType<typeof useSound>;
  unheard: number;
  iHeard: () => void;
}

/** Sound on or silent for a time, on this device; and that new trouble was heard of. */
export function SoundControl({ sound, unheard, iHeard }: Props) {
  const { t } = useTranslation();
  const silent = sound.muted > 0;
  return (
    <>
      {unheard > 0 && (
        <Button
          color="red"
          title={t("wall.heard_hint", { count: unheard })}
          leftSection={<IconBellCheck size={18} />}
          onClick={iHeard}
        >
          {t("wall.heard", { count: unheard })}
        </Button>
      )}
      {!sound.on && !silent ? (
        <Button variant="default" leftSection={<IconVolumeOff size={18} />} onClick={() => void sound.turnOn()}>
          {t("wall.sound_on")}
        </Button>
      ) : (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              variant="default"
              leftSection={silent ? <IconVolumeOff size={18} /> : <IconVolume size={18} />}
              aria-label={silent ? undefined : t("wall.sound_is_on")}
            >
              {silent ? t("wall.muted", { at: time(new Date(sound.muted)) }) : t("wall.sound")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t("wall.mute_hint")}</Menu.Label>
            {silent && (
              <Menu.Item
                onClick={() => {
                  sound.mute(0);
                  void sound.turnOn();
                }}
              >
                {t("wall.unmute")}
              </Menu.Item>
            )}
            {spans.map(([minutes, words]) => (
              <Menu.Item key={minutes} onClick={() => sound.mute(minutes)}>
                {t(words)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
