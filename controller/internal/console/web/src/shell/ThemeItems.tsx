import { Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { usePatchMe } from "@/api/session";
import type { Theme } from "@/api/types";

const themes = [
  ["auto", IconDeviceDesktop],
  ["light", IconSun],
  ["dark", IconMoon],
] as const satisfies readonly [Theme, unknown][];

export function ThemeItems() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const patch = usePatchMe();
  return (
    <>
      <Menu.Label>{t("app.theme")}</Menu.Label>
      {themes.map(([theme, Icon]) => (
        <Menu.Item
          key={theme}
          closeMenuOnClick={false}
          leftSection={<Icon size={18} stroke={1.6} />}
          rightSection={colorScheme === theme ? <IconCheck size={16} /> : null}
          aria-current={colorScheme === theme}
          onClick={() => {
            setColorScheme(theme);
            patch.mutate({ theme });
          }}
        >
          {t(`app.theme_${theme}`)}
        </Menu.Item>
      ))}
    </>
  );
}
