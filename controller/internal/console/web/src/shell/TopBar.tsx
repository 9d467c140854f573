import { ActionIcon } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { openSearch } from "@/search/openSearch";
import { AccountMenu } from "./AccountMenu";
import { Mark } from "./Mark";
import classes from "./Shell.module.css";

/** The phone's top bar. */
export function TopBar() {
  const { t } = useTranslation();
  return (
    <header className={classes.top}>
      <Link to="/" className={classes.brand}>
        <Mark size={24} />
        cotmoc
      </Link>
      <ActionIcon aria-label={t("app.search")} onClick={openSearch}>
        <IconSearch size={22} stroke={1.6} />
      </ActionIcon>
      <AccountMenu compact />
    </header>
  );
}
