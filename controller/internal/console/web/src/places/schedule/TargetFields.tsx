import { Chip, Group, Input, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { clustersQuery, screensQuery } from "@/api/fleet";
import type { Target } from "@/api/types";

interface Props {
  value: Target;
  onChange: (target: Target) => void;
}

/** Whole clusters, single screens, or all screens that carry a tag. */
export function TargetFields({ value, onChange }: Props) {
  const { t } = useTranslation();
  const clusters = useQuery(clustersQuery).data ?? [];
  const screens = useQuery(screensQuery).data ?? [];
  const tags = [...new Set([...screens.flatMap((s) => s.tags), ...value.tags])].sort();
  return (
    <Stack gap="sm">
      <Input.Wrapper label={t("schedule.clusters")} labelElement="div">
        <Chip.Group multiple value={value.clusters} onChange={(c) => onChange({ ...value, clusters: c })}>
          <Group gap={6} mt={4}>
            {clusters.map((c) => (
              <Chip key={c.id} value={c.id} variant="light">
                {c.name}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      <Input.Wrapper label={t("schedule.single_screens")} labelElement="div">
        <Chip.Group multiple value={value.screens} onChange={(s) => onChange({ ...value, screens: s })}>
          <Group gap={6} mt={4}>
            {screens.map((s) => (
              <Chip
                key={s.id}
                value={s.id}
                variant="light"
                size="sm"
                disabled={value.clusters.includes(s.cluster.id) && !value.screens.includes(s.id)}
              >
                {s.name}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      {tags.length > 0 && (
        <Input.Wrapper label={t("schedule.tags")} labelElement="div">
          <Chip.Group multiple value={value.tags} onChange={(g) => onChange({ ...value, tags: g })}>
            <Group gap={6} mt={4}>
              {tags.map((tag) => (
                <Chip key={tag} value={tag} variant="light" size="sm">
                  {tag}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
    </Stack>
  );
}
