import { ActionIcon, Button } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/useFormat";
import { isOver, progress } from "./machine";
import { TrayRow } from "./TrayRow";
import classes from "./Uploads.module.css";
import { useUploads } from "./UploadsContext";

/** What is being brought in, over every page. */
export function Tray() {
  const { t } = useTranslation();
  const format = useFormat();
  const { uploads, clear } = useUploads();
  const [wanted, setWanted] = useState<boolean | null>(null);
  if (uploads.length === 0) return null;
  const { sent, size, moving } = progress(uploads);
  // Folds itself once all is well; whoever opens or folds it decides.
  const open = wanted ?? uploads.some((u) => u.phase !== "done");
  const percent = size > 0 ? Math.floor((100 * sent) / size) : 100;
  const heading =
    moving > 0 ? t("upload.moving", { count: moving, percent }) : t("upload.settled", { count: uploads.length });
  return (
    <section className={classes.tray} aria-label={t("upload.tray")}>
      <header>
        <div className={classes.heading}>
          <strong role="status">{heading}</strong>
          {moving > 0 && <span>{t("upload.bytes", { sent: format.bytes(sent), size: format.bytes(size) })}</span>}
        </div>
        {uploads.some(isOver) && (
          <Button variant="subtle" color="gray" size="compact-sm" onClick={clear}>
            {t("upload.clear")}
          </Button>
        )}
        <ActionIcon
          onClick={() => setWanted(!open)}
          aria-expanded={open}
          aria-label={t(open ? "upload.fold" : "upload.unfold")}
        >
          {open ? <IconChevronDown size={20} /> : <IconChevronUp size={20} />}
        </ActionIcon>
      </header>
      {open && (
        <ul>
          {uploads.map((u) => (
            <TrayRow key={u.key} upload={u} />
          ))}
        </ul>
      )}
    </section>
  );
}
