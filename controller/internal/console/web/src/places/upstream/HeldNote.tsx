import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { Ago } from "@/ui/Ago";
import classes from "./Upstream.module.css";

/** Why an approved item is on no screen, and where that is decided. */
export function HeldNote({ item }: { item: Media }) {
  const { t } = useTranslation();
  if (!item.held) return null;
  return (
    <section className={classes.note}>
      <p>
        <strong>{t("upstream.held")}</strong> · <Ago at={item.held.since} />
      </p>
      <p>{t(`upstream.held_${item.held.why}`)}</p>
      <Link to="/sources/changes/$id" params={{ id: item.held.change_id }}>
        {t("upstream.compare")}
      </Link>
    </section>
  );
}
