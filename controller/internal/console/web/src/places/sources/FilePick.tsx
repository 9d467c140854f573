import { Checkbox } from "@mantine/core";
import { IconVideo } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SourceArticle, SourceFile } from "@/api/sources";
import { Picture } from "./ItemCard";
import classes from "./Sources.module.css";

interface Props {
  files: Pick<SourceArticle, "pictures" | "videos">;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** The page's pictures and films; those with a tick are taken. */
export function FilePick({ files, chosen, onChange }: Props) {
  const { t } = useTranslation();
  const toggle = (address: string) =>
    onChange(chosen.includes(address) ? chosen.filter((a) => a !== address) : [...chosen, address]);
  const one = (file: SourceFile, film: boolean, n: number) => (
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
          <Picture url={file.picture_url} />
        )}
      </button>
      <Checkbox
        size="md"
        checked={chosen.includes(file.address)}
        onChange={() => toggle(file.address)}
        label={file.alt || t(film ? "sources.film_n" : "sources.picture_n", { n: n + 1 })}
      />
    </li>
  );
  if (files.pictures.length + files.videos.length === 0)
    return <p className={classes.quiet}>{t("sources.no_files")}</p>;
  return (
    <ul className={classes.files}>
      {files.pictures.map((f, n) => one(f, false, n))}
      {files.videos.map((f, n) => one(f, true, n))}
    </ul>
  );
}
