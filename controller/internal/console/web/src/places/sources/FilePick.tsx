import { Checkbox } from "@mantine/core";
import { IconVideo } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SourceArticle, SourceFile } from "@/api/sources";
import { fileName } from "./fileName";
import { Picture } from "./ItemCard";
import classes from "./Sources.module.css";

interface Props {
  files: Pick<SourceArticle, "pictures" | "videos">;
  chosen: string[];
  onChange: (chosen: string[]) => void;
  /** A picture has come: the controller can compare it now. */
  onSeen: () => void;
}

/** So many files of a page are taken at once. */
const mostTaken = 20;

/** The page's pictures and films; those with a tick are taken. */
export function FilePick({ files, chosen, onChange, onSeen }: Props) {
  const { t } = useTranslation();
  const toggle = (address: string) =>
    onChange(chosen.includes(address) ? chosen.filter((a) => a !== address) : [...chosen, address]);
  const one = (file: SourceFile, film: boolean) => (
    <li key={file.address} className={classes.file} data-on={chosen.includes(file.address) || undefined}>
      <button
        type="button"
        className={classes.shot}
        tabIndex={-1}
        aria-hidden="true"
        onClick={() => toggle(file.address)}
      >
        {film ? (
          <span className={classes.picture}>
            <IconVideo size={36} stroke={1.2} aria-hidden="true" />
          </span>
        ) : (
          <Picture url={file.picture_url} onSeen={onSeen} />
        )}
      </button>
      <Checkbox
        size="md"
        checked={chosen.includes(file.address)}
        onChange={() => toggle(file.address)}
        label={fileName(t, files, file.address)}
      />
    </li>
  );
  if (files.pictures.length + files.videos.length === 0)
    return <p className={classes.quiet}>{t("sources.no_files")}</p>;
  const all = [...files.pictures, ...files.videos].map((f) => f.address).slice(0, mostTaken);
  const whole = all.every((a) => chosen.includes(a));
  return (
    <>
      {all.length > 1 && (
        <Checkbox
          mb="sm"
          size="md"
          checked={whole}
          indeterminate={!whole && chosen.length > 0}
          onChange={() => onChange(whole ? [] : all)}
          label={t("sources.take_all", { count: all.length })}
        />
      )}
      <ul className={classes.files}>
        {files.pictures.map((f) => one(f, false))}
        {files.videos.map((f) => one(f, true))}
      </ul>
    </>
  );
}
