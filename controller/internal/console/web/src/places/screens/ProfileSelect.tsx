import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { profilesQuery } from "@/api/profiles";
import { profileName } from "@/ui/profileName";

interface Props {
  value: string;
  onChange: (profile: string) => void;
}

/** One of the shapes that media are rendered for, or could be: a wall is described first. */
export function ProfileSelect({ value, onChange }: Props) {
  const { t } = useTranslation();
  const shapes = useQuery(profilesQuery).data;
  const known = shapes?.map((p) => ({
    value: p.profile,
    label: p.name ? `${p.name} (${p.width} × ${p.height})` : profileName(t, p.profile),
  }));
  return (
    <Select
      label={t("watch.profile")}
      allowDeselect={false}
      data={known ?? [{ value, label: profileName(t, value) }]}
      value={value}
      onChange={(p) => p && onChange(p)}
    />
  );
}
