import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaQuery } from "@/api/media";
import { PhotoDialog } from "./PhotoDialog";
import classes from "./Slides.module.css";

interface Props {
  /** The picture of the library that the slide shows, or "". */
  photo: string;
  onChange: (photo: string) => void;
  /** Whether it can be let go of. */
  clearable: boolean;
}

/** A picture of the library on a slide: which it is, and by what right it may be shown. */
export function PhotoChoice({ photo, onChange, clearable }: Props) {
  const { t } = useTranslation();
  const [choosing, setChoosing] = useState(false);
  const item = useQuery({ ...mediaQuery(photo), enabled: photo !== "" }).data;
  return (
    <div className={classes.photo}>
      {item && (
        <>
          <div className={classes.choice}>
            <div className={classes.name}>
              <Link to="/content/$id" params={{ id: item.id }}>
                {item.title}
              </Link>
              <small>{[item.origin.publisher, item.rights_basis].filter(Boolean).join(" · ")}</small>
            </div>
            <img className={classes.thumb} src={item.thumbnail_url} alt="" />
          </div>
          {item.rights_basis === "" && (
            <Alert color="yellow" icon={<IconAlertTriangle size={18} />}>
              {t("slides.photo_rights_missing")}
            </Alert>
          )}
        </>
      )}
      <Group gap="xs">
        <Button variant="default" onClick={() => setChoosing(true)}>
          {t(photo === "" ? "slides.photo_choose" : "slides.photo_other")}
        </Button>
        {photo !== "" && clearable && (
          <Button variant="subtle" color="gray" onClick={() => onChange("")}>
            {t("slides.photo_clear")}
          </Button>
        )}
      </Group>
      {choosing && (
        <PhotoDialog
          onClose={() => setChoosing(false)}
          onChoose={(id) => {
            onChange(id);
            setChoosing(false);
          }}
        />
      )}
    </div>
  );
}
