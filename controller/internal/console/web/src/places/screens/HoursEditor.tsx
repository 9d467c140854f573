import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ClockField } from "@/ui/ClockField";
import classes from "./Devices.module.css";
import { dailyWeek, type Stretch, type Week } from "./hours";

export type HoursMode = "always" | "daily" | "weekly";
export interface HoursDraft {
  mode: HoursMode;
  daily: Stretch;
  week: Week;
}

const most = 3; // stretches of a day
const usual: Stretch = { from: "06:00", until: "22:00" };

function StretchFields({ value, label, onChange }: { value: Stretch; label: string; onChange: (s: Stretch) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <ClockField
        aria-label={`${label}: ${t("device.hours_from")}`}
        value={value.from}
        onChange={(from) => onChange({ ...value, from })}
      />
      <span aria-hidden="true">–</span>
      <ClockField
        aria-label={`${label}: ${t("device.hours_until")}`}
        value={value.until}
        onChange={(until) => onChange({ ...value, until })}
      />
    </>
  );
}

/** When a screen is on: always, the same every day, or day by day. */
export function HoursEditor({ value, onChange }: { value: HoursDraft; onChange: (h: HoursDraft) => void }) {
  const { t } = useTranslation();
  const setDay = (i: number, stretches: Stretch[]) =>
    onChange({ ...value, week: value.week.map((d, n) => (n === i ? stretches : d)) });
  return (
    <fieldset className={classes.hours}>
      <legend>{t("device.hours")}</legend>
      <SegmentedControl
        fullWidth
        value={value.mode}
        onChange={(mode) => {
          const week =
            mode === "weekly" && value.week.every((d) => d.length === 0) ? dailyWeek(value.daily) : value.week;
          onChange({ ...value, mode: mode as HoursMode, week });
        }}
        data={[
          { value: "always", label: t("device.hours_always") },
          { value: "daily", label: t("device.hours_daily") },
          { value: "weekly", label: t("device.hours_weekly") },
        ]}
      />
      {value.mode === "daily" && (
        <div className={classes.stretch}>
          <StretchFields
            label={t("device.hours_daily")}
            value={value.daily}
            onChange={(daily) => onChange({ ...value, daily })}
          />
          <Button variant="subtle" onClick={() => onChange({ ...value, daily: usual })}>
            {`${usual.from}–${usual.until}`}
          </Button>
        </div>
      )}
      {value.mode === "weekly" &&
        value.week.map((stretches, i) => {
          const day = t(`device.day_${i + 1}`);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a week has seven fixed days
            <div key={i} className={classes.day}>
              <strong>{day}</strong>
              <div>
                {stretches.length === 0 && <span className={classes.off}>{t("device.hours_off")}</span>}
                {stretches.map((s, n) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: stretches have no name of their own
                  <div key={n} className={classes.stretch}>
                    <StretchFields
                      label={day}
                      value={s}
                      onChange={(next) =>
                        setDay(
                          i,
                          stretches.map((o, m) => (m === n ? next : o)),
                        )
                      }
                    />
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t("device.hours_drop", { day })}
                      onClick={() =>
                        setDay(
                          i,
                          stretches.filter((_, m) => m !== n),
                        )
                      }
                    >
                      <IconX size={18} />
                    </ActionIcon>
                  </div>
                ))}
              </div>
              <ActionIcon
                variant="default"
                disabled={stretches.length >= most}
                aria-label={t("device.hours_add", { day })}
                onClick={() => setDay(i, [...stretches, usual])}
              >
                <IconPlus size={18} />
              </ActionIcon>
            </div>
          );
        })}
      <p className={classes.hint}>{t("device.hours_hint")}</p>
    </fieldset>
  );
}
