import { IconDeviceDesktopOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ScreenState } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { ScreenMark } from "@/ui/ScreenMark";
import { DeliveryBar } from "./DeliveryBar";
import { OrderMenu } from "./OrderMenu";
import { todoWords, whyWords } from "./reasonWords";
import classes from "./Screens.module.css";
import { isBad, isOld, isSafe } from "./worst";

/** One screen: what it shows; when it does not do what it should, why and what to do. */
export function ScreenTile({ screen: s, now }: { screen: ScreenState; now: Date }) {
  const { t } = useTranslation();
  const format = useFormat();
  const old = isOld(s, now);
  const trouble = isBad(s) || s.problems.length > 0;
  const why = isBad(s) ? (s.reason ?? s.problems[0]) : (s.problems[0] ?? s.reason);
  const picture = s.showing && s.showing.kind !== "none" && s.showing.thumbnail_url;
  return (
    <li className={classes.tile} data-trouble={trouble || undefined} data-old={old || undefined} data-state={s.state}>
      <Link to="/screens/$id" params={{ id: s.id }}>
        <div className={classes.glass}>
          {picture ? <img src={picture} alt="" /> : <IconDeviceDesktopOff size={32} stroke={1.2} aria-hidden="true" />}
          {old && s.last_seen_at && <span className={classes.age}>{format.ago(s.last_seen_at, now)}</span>}
        </div>
        <div className={classes.about}>
          <strong>{s.name}</strong>
          <ScreenMark state={s.state} plain />
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
