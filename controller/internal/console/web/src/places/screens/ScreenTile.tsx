import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ScreenState } from "@/api/types";
import { ScreenMark } from "@/ui/ScreenMark";
import { MaintenanceMark } from "../incidents/MaintenanceMark";
import { DeliveryBar } from "./DeliveryBar";
import { Glass } from "./Glass";
import { OrderMenu } from "./OrderMenu";
import { todoWords, whyWords } from "./reasonWords";
import classes from "./Screens.module.css";
import { isBad, isOld, isSafe } from "./worst";

/** One screen: what it should show beside what it does; when these differ, why and what to do. */
export function ScreenTile({ screen: s, now, large }: { screen: ScreenState; now: Date; large: boolean }) {
  const { t } = useTranslation();
  const old = isOld(s, now);
  const trouble = isBad(s) || s.problems.length > 0;
  const red = s.state === "wrong" || s.state === "offline";
  const why = isBad(s) ? (s.reason ?? s.problems[0]) : (s.problems[0] ?? s.reason);
  return (
    <li className={classes.tile} data-trouble={trouble || undefined} data-bad={red || undefined} data-state={s.state}>
      <Link to="/screens/$id" params={{ id: s.id }}>
        <Glass screen={s} now={now} pair={red || large} old={old} />
        <div className={classes.about}>
          <strong>{s.name}</strong>
          <ScreenMark state={s.state} plain />
          <MaintenanceMark screen={s} now={now} />
          {isSafe(s) && <span className={classes.showing}>{t("order.kind_safe")}</span>}
          {trouble && why ? (
            <>
              <p>{whyWords(t, why)}</p>
              <p className={classes.todo}>{todoWords(t, why.code)}</p>
            </>
          ) : (
            !isSafe(s) && <span className={classes.showing}>{s.showing?.title}</span>
          )}
          {s.delivery && s.delivery.bytes_done < s.delivery.bytes_total && <DeliveryBar delivery={s.delivery} />}
        </div>
      </Link>
      <OrderMenu screen={s} className={classes.order} />
    </li>
  );
}
