import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SourceFile } from "@/api/sources";
import { Picture } from "../sources/ItemCard";
import classes from "./Slides.module.css";

interface Props {
  pictures: SourceFile[];
  chosen: string;
  onChange: (address: string) => void;
}

/** One of the page's pictures, or none. */
export function PicturePick({ pictures, chosen, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t("slides.picture")} value={chosen} onChange={onChange}>
      <Stack gap="xs" mt={4}>
        {pictures.map((p, n) => (
          <div key={p.address} className={classes.choice}>
            <Radio value={p.address} label={p.alt || t("sources.picture_n", { n: n + 1 })} />
            <div className={classes.small}>
              <Picture url={p.picture_url} />
            </div>
          </div>
        ))}
        <Radio value="" label={t("slides.no_picture")} />
      </Stack>
    </Radio.Group>
  );
}
