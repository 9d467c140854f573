import { Anchor, Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { brandQuery } from "@/api/brand";
import { useMay } from "@/api/rights";
import { useMe } from "@/api/session";

interface Props {
  unit: string;
  checked: boolean | undefined;
  onChange: (branded: boolean) => void;
}

/** Whether a slide is in the unit's name and colours: a new one is, once there are any. */
export function BrandChoice({ unit, checked, onChange }: Props) {
  const { t } = useTranslation();
  const brand = useQuery(brandQuery(unit));
  const own = useMe().unit.id === unit;
  const set = useMay("edit_media") && own;
  return (
    <div>
      {brand.data && brand.data.version > 0 && (
        <Checkbox
          label={t("brand.use")}
          checked={checked ?? true}
          onChange={(e) => onChange(e.currentTarget.checked)}
        />
      )}
      {set && (
        <Anchor component={Link} to="/slides/brand" size="sm">
          {t("brand.set")}
        </Anchor>
      )}
    </div>
  );
}
