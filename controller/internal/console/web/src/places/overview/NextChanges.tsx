import { Skeleton } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { weekQuery } from "@/api/schedule";
import { useNow } from "@/time/useNow";
import { dateOf, mondayOf } from "@/time/zone";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { nextChanges } from "./nextStarts";
import classes from "./Overview.module.css";

const most = 6;

/** What the screens will change to by themselves. */
export function NextChanges() {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const week = useQuery(weekQuery(mondayOf(dateOf(now)), {}));
  if (!week.data) return <Skeleton height={280} radius="md" />;
  const changes = nextChanges(week.data, now, most);
  return (
    <Panel title={t("overview.next")}>
      {changes.length === 0 && <p className={classes.quiet}>{t("overview.next_none")}</p>}
      <ol className={classes.changes}>
        {changes.map((c) => {
          const Icon = c.kind === "starts" ? IconPlayerPlay : IconPlayerStop;
          return (
            <li key={c.kind + c.at + c.entryId}>
              <Icon size={18} stroke={1.8} aria-hidden="true" />
              <span>
                <Link to="/schedule/entries/$id" params={{ id: c.entryId }}>
                  {t(`overview.${c.kind}`, { title: c.title })}
                </Link>
                <small>
                  <Ago at={c.at} /> · {t("overview.on_screens", { count: c.screens })}
                </small>
              </span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
