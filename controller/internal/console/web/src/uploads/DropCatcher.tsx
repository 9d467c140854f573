import { IconUpload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Uploads.module.css";
import { useUploads } from "./UploadsContext";

const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** Takes files dropped anywhere on the page. */
export function DropCatcher() {
  const { t } = useTranslation();
  const { add } = useUploads();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const enter = (e: DragEvent) => {
      if (!holdsFiles(e)) return;
      depth++;
      setOver(true);
    };
    const leave = (e: DragEvent) => {
      if (!holdsFiles(e)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (e: DragEvent) => {
      if (holdsFiles(e)) e.preventDefault();
    };
    const drop = (e: DragEvent) => {
      if (!holdsFiles(e)) return;
      e.preventDefault();
      depth = 0;
      setOver(false);
      add([...(e.dataTransfer?.files ?? [])]);
    };
    const events = { dragenter: enter, dragleave: leave, dragover: hover, drop } as const;
    for (const [name, handle] of Object.entries(events)) window.addEventListener(name as "drop", handle);
    return () => {
      for (const [name, handle] of Object.entries(events)) window.removeEventListener(name as "drop", handle);
    };
  }, [add]);
  if (!over) return null;
  return (
    <div className={classes.catcher}>
      <div>
        <IconUpload size={48} stroke={1.3} aria-hidden="true" />
        <strong>{t("upload.drop_title")}</strong>
        <p>{t("upload.drop_hint")}</p>
      </div>
    </div>
  );
}
