import { ActionIcon, Menu } from "@mantine/core";
import { IconLogout, IconUserCircle } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLogOut, useMe } from "@/api/session";
import { LanguageItems } from "./LanguageItems";
import classes from "./Shell.module.css";
import { ThemeItems } from "./ThemeItems";

/** Who is logged in; language, appearance, own account, leaving. */
export function AccountMenu({ compact = false }: { compact?: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const logOut = useLogOut();
  return (
    <Menu position={compact ? "bottom-end" : "top-start"} width={264} withinPortal>
      <Menu.Target>
        {compact ? (
          <ActionIcon aria-label={t("app.account")}>
            <IconUserCircle size={24} stroke={1.6} />
          </ActionIcon>
        ) : (
          <button type="button" className={classes.place} style={{ paddingBlock: 6 }}>
            <IconUserCircle size={24} stroke={1.6} aria-hidden="true" />
            <span className={classes.person}>
              <span>{me.name}</span>
              <span className={classes.unit}>{me.unit.name}</span>
            </span>
          </button>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {compact && (
          <Menu.Label>
            {me.name} · {me.unit.name}
          </Menu.Label>
        )}
        <LanguageItems />
        <Menu.Divider />
        <ThemeItems />
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={18} stroke={1.6} />}>
          {t("app.account")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={18} stroke={1.6} />}
          onClick={() =>
            logOut.mutate(undefined, {
              onSettled: () => void navigate({ to: "/login", search: { to: undefined, ended: undefined } }),
            })
          }
        >
          {t("app.log_out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
