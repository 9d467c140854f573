import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { LiveWatch } from "@/api/LiveWatch";
import { sessionEnded } from "@/api/queryClient";
import { useMe } from "@/api/session";
import { SearchBox } from "@/search/SearchBox";
import { DropCatcher } from "@/uploads/DropCatcher";
import { Tray } from "@/uploads/Tray";
import { UploadsProvider } from "@/uploads/UploadsProvider";
import { BottomBar } from "./BottomBar";
import { NotYours } from "./NotYours";
import { isOf } from "./places";
import { Rail } from "./Rail";
import classes from "./Shell.module.css";
import { TopBar } from "./TopBar";

/** The frame of every place: rail on a desk, top and bottom bars on a phone. */
export function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const mine = isOf(useLocation().pathname, me);
  useEffect(() => {
    const leave = () => {
      if (location.pathname === "/login") return; // on the way already: somebody has logged out
      void navigate({ to: "/login", search: { to: location.pathname + location.search, ended: true } });
    };
    window.addEventListener(sessionEnded, leave);
    return () => window.removeEventListener(sessionEnded, leave);
  }, [navigate]);
  return (
    <UploadsProvider>
      <div className={classes.frame}>
        <a href="#main" className={classes.skip}>
          {t("app.skip")}
        </a>
        <Rail />
        <TopBar />
        <main id="main" className={classes.main} tabIndex={-1}>
          {mine ? <Outlet /> : <NotYours />}
        </main>
        <BottomBar />
        {me.places.includes("content") && <DropCatcher />}
        <Tray />
        <SearchBox />
        {me.places.includes("screens") && <LiveWatch />}
      </div>
    </UploadsProvider>
  );
}
