import { ActionIcon, Button, Chip, Group, Input, Stack } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Rule } from "@/api/types";
import { ClockField } from "@/ui/ClockField";
import { DateField } from "@/ui/DateField";
import classes from "./Entry.module.css";

interface Props {
  value: Rule;
  onChange: (rule: Rule) => void;
}

const week = [1, 2, 3, 4, 5, 6, 7];
const usual = { start: "07:00", end: "19:00" };

/** Dates, weekdays and hours; whatever is left empty sets no limit. */
export function RuleFields({ value, onChange }: Props) {
  const { t } = useTranslation();
  const set = (change: Partial<Rule>) => onChange({ ...value, ...change });
  const setWindow = (at: number, change: Partial<Rule["windows"][number]>) =>
    set({ windows: value.windows.map((w, i) => (i === at ? { ...w, ...change } : w)) });
  const backwards = value.from !== "" && value.until !== "" && value.until < value.from;
  return (
    <Stack gap="sm">
      <Group gap="sm" align="start" maw={480} grow>
        <DateField
          label={t("schedule.from")}
          placeholder={t("schedule.from_any")}
          value={value.from}
          onChange={(from) => set({ from })}
        />
        <DateField
          label={t("schedule.until")}
          placeholder={t("schedule.until_any")}
          value={value.until}
          minDate={value.from || undefined}
          error={backwards ? t("schedule.until_before_from") : null}
          onChange={(until) => set({ until })}
        />
      </Group>
      <Input.Wrapper label={t("schedule.weekdays")} labelElement="div" description={t("schedule.weekdays_hint")}>
        <Chip.Group
          multiple
          value={value.weekdays.map(String)}
          onChange={(days) => set({ weekdays: days.map(Number).sort((a, b) => a - b) })}
        >
          <Group gap={6} mt={6}>
            {week.map((d) => (
              <Chip key={d} value={String(d)} variant="light">
                {t(`time.weekday_short_${d}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      <Input.Wrapper label={t("schedule.windows")} labelElement="div" description={t("schedule.windows_hint")}>
        <Stack gap={6} mt={6} align="start">
          {value.windows.map((w, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a window is its place in the list
            <div key={i} className={classes.window}>
              <ClockField
                aria-label={t("schedule.window_start")}
                value={w.start}
                onChange={(start) => setWindow(i, { start })}
              />
              <span aria-hidden="true">–</span>
              <ClockField
                aria-label={t("schedule.window_end")}
                value={w.end}
                onChange={(end) => setWindow(i, { end })}
              />
              {w.end <= w.start && <span className={classes.hint}>{t("schedule.next_day")}</span>}
              <ActionIcon
                aria-label={t("schedule.window_remove")}
                onClick={() => set({ windows: value.windows.filter((_, at) => at !== i) })}
              >
                <IconX size={18} />
              </ActionIcon>
            </div>
          ))}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={16} />}
            disabled={value.windows.length >= 8}
            onClick={() => set({ windows: [...value.windows, usual] })}
          >
            {t("schedule.window_add")}
          </Button>
        </Stack>
      </Input.Wrapper>
    </Stack>
  );
}
