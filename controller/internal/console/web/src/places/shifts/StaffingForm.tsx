import { Button, Checkbox, Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ShiftDesk, useSetStaffing } from "@/api/shifts";
import { ClockField } from "@/ui/ClockField";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Shifts.module.css";

/** When somebody has to be on duty; outside these hours nobody is missed. */
export function StaffingForm({ desk }: { desk: ShiftDesk }) {
  const { t } = useTranslation();
  const set = useSetStaffing(desk.cluster_id);
  const [from, setFrom] = useState(desk.staffing.from);
  const [until, setUntil] = useState(desk.staffing.until);
  const hours = t(desk.staffing.from === desk.staffing.until ? "shift.staffing_always" : "shift.staffing_hours", {
    from: desk.staffing.from,
    until: desk.staffing.until,
  });
  if (!desk.may_staff) {
    return desk.staffing.from ? <p className={classes.soft}>{hours}</p> : null;
  }
  return (
    <Panel title={t("shift.staffing")}>
      <p className={classes.soft}>{t("shift.staffing_hint")}</p>
      {set.error && <ProblemNote error={set.error} />}
      <Group align="end" mt="xs">
        <Checkbox
          label={t("shift.staffing_on")}
          checked={from !== ""}
          onChange={(e) => {
            setFrom(e.currentTarget.checked ? "06:00" : "");
            setUntil(e.currentTarget.checked ? "22:00" : "");
          }}
        />
        {from !== "" && (
          <>
            <ClockField label={t("shift.staffing_from")} value={from} onChange={setFrom} />
            <ClockField label={t("shift.staffing_until")} value={until} onChange={setUntil} />
          </>
        )}
        <Button
          variant="default"
          disabled={from === desk.staffing.from && until === desk.staffing.until}
          loading={set.isPending}
          onClick={() => set.mutate({ from, until, version: desk.staffing.version })}
        >
          {t("app.save")}
        </Button>
      </Group>
    </Panel>
  );
}
