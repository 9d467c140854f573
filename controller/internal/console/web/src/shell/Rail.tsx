import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AccountMenu } from "./AccountMenu";
import { Mark } from "./Mark";
import { placeOf } from "./places";
import { SearchButton } from "./SearchButton";
import classes from "./Shell.module.css";
import { usePlaces } from "./usePlaces";

export function Rail() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <nav className={classes.rail} aria-label={t("app.menu")}>
      <Link to="/" className={classes.brand}>
        <Mark />
        cotmoc
      </Link>
      <SearchButton />
      {usePlaces().map(({ place, to, icon: Icon, count }) => (
        <Link key={place} to={to} className={classes.place} data-active={placeOf(pathname) === place}>
          <Icon size={20} stroke={1.6} aria-hidden="true" />
          <span className={classes.label}>{t(`place.${place}`)}</span>
          {count > 0 && <span className={classes.count}>{count}</span>}
        </Link>
      ))}
      <div className={classes.foot}>
        <AccountMenu />
      </div>
    </nav>
  );
}
