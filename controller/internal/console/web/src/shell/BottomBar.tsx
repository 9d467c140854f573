import { Drawer } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { placeOf } from "./places";
import classes from "./Shell.module.css";
import { usePlaces } from "./usePlaces";

const fits = 5;

/** The phone's bottom bar: five places, or four and the rest behind "more". */
export function BottomBar() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const places = usePlaces();
  if (places.length < 2) return null;
  const shown = places.length <= fits ? places : places.slice(0, fits - 1);
  const rest = places.slice(shown.length);
  return (
    <nav className={classes.bottom} aria-label={t("app.menu")}>
      {shown.map(({ place, to, icon: Icon, short, count }) => (
        <Link key={place} to={to} className={classes.tab} data-active={placeOf(pathname) === place}>
          <Icon size={22} stroke={1.6} aria-hidden="true" />
          {t(short ?? `place.${place}`)}
          {count > 0 && <span className={classes.dot}>{count}</span>}
        </Link>
      ))}
      {rest.length > 0 && (
        <button
          type="button"
          className={classes.tab}
          data-active={rest.some((p) => placeOf(pathname) === p.place)}
          onClick={() => setOpen(true)}
        >
          <IconDots size={22} stroke={1.6} aria-hidden="true" />
          {t("app.more")}
        </button>
      )}
      <Drawer opened={open} onClose={() => setOpen(false)} position="bottom" size="auto" title={t("app.more")}>
        {rest.map(({ place, to, icon: Icon }) => (
          <Link
            key={place}
            to={to}
            className={classes.place}
            data-active={placeOf(pathname) === place}
            onClick={() => setOpen(false)}
            style={{ minHeight: 48 }}
          >
            <Icon size={22} stroke={1.6} aria-hidden="true" />
            {t(`place.${place}`)}
          </Link>
        ))}
      </Drawer>
    </nav>
  );
}
