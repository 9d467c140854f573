import { ActionIcon, Button, Input, Select, Stack } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { unitsQuery } from "@/api/people";
import type { Grant, Role } from "@/api/types";
import classes from "./Admin.module.css";

export const roles: readonly Role[] = [
  "contributor",
  "editor",
  "reviewer",
  "approver",
  "emergency",
  "watch_officer",
  "technician",
  "administrator",
  "inspector",
];

interface Props {
  value: Grant[];
  /** The unit a new grant is for. */
  unit: string;
  onChange: (grants: Grant[]) => void;
}

/** Each right reads as a sentence: a role, in which unit, at which cluster. */
export function GrantFields({ value, unit, onChange }: Props) {
  const { t } = useTranslation();
  const units = useQuery(unitsQuery).data ?? [];
  const clusters = useQuery(clustersQuery).data ?? [];
  const set = (at: number, change: Partial<Grant>) =>
    onChange(value.map((g, i) => (i === at ? { ...g, ...change } : g)));
  return (
    <Input.Wrapper label={t("admin.grants")} labelElement="div">
      <Stack gap={6} mt={4} align="start">
        {value.map((g, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a grant is its place in the list
          <div key={i} className={classes.grant}>
            <Select
              aria-label={t("admin.role")}
              allowDeselect={false}
              data={roles.map((r) => ({ value: r, label: t(`role.${r}`) }))}
              value={g.role}
              onChange={(r) => r && set(i, { role: r })}
            />
            <Select
              aria-label={t("admin.unit")}
              allowDeselect={false}
              data={[
                { value: "*", label: t("admin.every_unit") },
                ...units.map((u) => ({ value: u.id, label: u.short_name || u.name })),
              ]}
              value={g.unit_id || "*"}
              onChange={(u) => set(i, { unit_id: u === "*" ? "" : (u ?? "") })}
            />
            <Select
              aria-label={t("watch.cluster")}
              allowDeselect={false}
              data={[
                { value: "*", label: t("media.anywhere") },
                ...clusters.map((c) => ({ value: c.id, label: c.name })),
              ]}
              value={g.cluster_id || "*"}
              onChange={(c) => set(i, { cluster_id: c === "*" ? "" : (c ?? "") })}
            />
            <ActionIcon
              aria-label={t("admin.remove_grant")}
              onClick={() => onChange(value.filter((_, at) => at !== i))}
            >
              <IconX size={18} />
            </ActionIcon>
          </div>
        ))}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} />}
          onClick={() => onChange([...value, { role: "contributor", unit_id: unit, cluster_id: "" }])}
        >
          {t("admin.add_grant")}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
