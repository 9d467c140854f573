import { Kbd } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { openSearch } from "@/search/openSearch";
import classes from "./Shell.module.css";

export function SearchButton() {
  const { t } = useTranslation();
  return (
    <button type="button" className={classes.place} onClick={openSearch}>
      <IconSearch size={20} stroke={1.6} aria-hidden="true" />
      <span className={classes.label}>{t("app.search")}</span>
      <Kbd size="xs">Ctrl K</Kbd>
    </button>
  );
}
