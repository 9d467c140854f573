import { Button } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { type OnDuty, type ShiftDesk, useShiftAct } from "@/api/shifts";
import { ProblemNote } from "@/ui/ProblemNote";
import { OpenList } from "./OpenList";
import classes from "./Shifts.module.css";

/** Somebody hands a shift over to me: what is open, what they say, one tap to take it. */
export function OfferedShift({ desk, shift }: { desk: ShiftDesk; shift: OnDuty }) {
  const { t } = useTranslation();
  const me = useMe();
  const act = useShiftAct(desk.cluster_id);
  const said = desk.today.findLast(
    (e) => e.kind === "offered" && e.person.id === shift.person.id && e.other.id === me.id,
  )?.note;
  return (
    <section className={classes.offer} aria-label={t("shift.offer_title", { name: shift.person.name })}>
      <h2>{t("shift.offer_title", { name: shift.person.name })}</h2>
      {said && <blockquote>{said}</blockquote>}
      <h3>{t("shift.open", { count: desk.open.length })}</h3>
      {desk.open.length === 0 ? <p>{t("shift.open_none")}</p> : <OpenList open={desk.open} />}
      {act.error && <ProblemNote error={act.error} />}
      <div className={classes.acts}>
        <Button
          size="lg"
          leftSection={<IconCheck size={22} />}
          loading={act.isPending}
          onClick={() => act.mutate({ act: "accept", shift_id: shift.shift_id })}
        >
          {t("shift.accept")}
        </Button>
        <Button
          size="lg"
          variant="default"
          disabled={act.isPending}
          onClick={() => act.mutate({ act: "decline", shift_id: shift.shift_id })}
        >
          {t("shift.decline")}
        </Button>
      </div>
    </section>
  );
}
