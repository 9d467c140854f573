import { Button, Skeleton } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { sheetQuery } from "@/api/shifts";
import { dateTime, time } from "@/time/format";
import { BackLink } from "@/ui/BackLink";
import { ProblemNote } from "@/ui/ProblemNote";
import { EntryList } from "./EntryList";
import classes from "./Sheet.module.css";

const route = getRouteApi("/shell/screens/shifts/print");

/** A day of the shift log as a sheet of paper, with room for two signatures. */
export function SheetPage() {
  const { t } = useTranslation();
  const { cluster, day } = route.useSearch();
  const sheet = useQuery(sheetQuery(cluster, day));
  const [year = "", month = "", date = ""] = day.split("-");
  const when = t("shift.sheet_date", { date, month: String(Number(month)).padStart(2, "0"), year });
  useEffect(() => {
    document.title = `${t("shift.title")} ${day} · cotmoc`;
  }, [t, day]);
  if (sheet.isPending) return <Skeleton height={600} />;
  if (!sheet.data) return <ProblemNote error={sheet.error} onRetry={() => void sheet.refetch()} />;
  const { entries, on_duty, staffing } = sheet.data;
  return (
    <>
      <div className={classes.tools}>
        <BackLink to="/screens/shifts" label={t("shift.title")} />
        <Button leftSection={<IconPrinter size={18} />} onClick={() => window.print()}>
          {t("shift.print")}
        </Button>
      </div>
      <article className={classes.sheet}>
        <header>
          <p>{t("shift.sheet_place", { cluster: sheet.data.cluster_name })}</p>
          <h1>{t("shift.title")}</h1>
          <p>{when}</p>
          {staffing.from && (
            <p>
              {t(staffing.from === staffing.until ? "shift.staffing_always" : "shift.staffing_hours", {
                from: staffing.from,
                until: staffing.until,
              })}
            </p>
          )}
        </header>
        {entries.length === 0 ? <p>{t("shift.sheet_none")}</p> : <EntryList entries={entries} />}
        {on_duty.length > 0 && (
          <p>
            {t("shift.sheet_on_duty", {
              at: dateTime(new Date(sheet.data.printed_at)),
              people: on_duty.map((x) => `${x.person.name} (${time(new Date(x.began_at))})`).join(", "),
            })}
          </p>
        )}
        <footer>
          <div>
            <strong>{t("shift.sheet_giver")}</strong>
            <small>{t("shift.sheet_sign")}</small>
          </div>
          <div>
            <strong>{t("shift.sheet_taker")}</strong>
            <small>{t("shift.sheet_sign")}</small>
          </div>
        </footer>
        <p className={classes.printed}>{t("shift.sheet_printed", { at: dateTime(new Date(sheet.data.printed_at)) })}</p>
      </article>
    </>
  );
}
