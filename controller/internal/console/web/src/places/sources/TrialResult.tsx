import { Alert, Button } from "@mantine/core";
import { IconCheck, IconMinus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SourceTrial } from "@/api/sources";
import { Picture } from "./ItemCard";
import classes from "./Sources.module.css";

interface Props {
  trial: SourceTrial;
  confirming: boolean;
  /** Absent while the description is not saved: nothing can be said of it yet. */
  onConfirm: (() => void) | undefined;
}

/** What the description made of the page, and what each finder came upon. */
export function TrialResult({ trial, confirming, onConfirm }: Props) {
  const { t } = useTranslation();
  const fields = [...new Set(trial.findings.map((f) => f.field))];
  return (
    <div className={classes.result}>
      {trial.problem && (
        <Alert color="red" variant="light">
          {t(`reason.${trial.problem}`)}
        </Alert>
      )}
      {trial.article && (
        <p>
          <strong>{trial.article.title}</strong>
          {" · "}
          {t("sources.result_article", {
            paragraphs: trial.article.paragraphs.length,
            pictures: trial.article.pictures.length,
            videos: trial.article.videos.length,
          })}
        </p>
      )}
      {trial.items.length > 0 && (
        <>
          <p>{t("sources.result_list", { count: trial.items.length })}</p>
          <ul className={classes.grid}>
            {trial.items.slice(0, 6).map((item) => (
              <li key={item.url} className={classes.card}>
                <Picture url={item.picture_url} />
                <span className={classes.title}>{item.title}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <table className={classes.findings}>
        <thead>
          <tr>
            <th>{t("sources.field")}</th>
            <th>{t("sources.finder")}</th>
            <th>{t("sources.value")}</th>
          </tr>
        </thead>
        {fields.map((field) => (
          <tbody key={field}>
            {trial.findings
              .filter((f) => f.field === field)
              .map((f, i) => (
                <tr key={f.where} data-used={f.used || undefined}>
                  {i === 0 && (
                    <th rowSpan={trial.findings.filter((x) => x.field === field).length} scope="rowgroup">
                      {field}
                    </th>
                  )}
                  <td>
                    {f.used ? <IconCheck size={15} aria-hidden="true" /> : <IconMinus size={15} aria-hidden="true" />}
                    <span className="visually-hidden">{t(f.used ? "sources.used" : "sources.unused")}</span>
                    <code>{f.where}</code>
                  </td>
                  <td>{f.values.length > 0 ? f.values.slice(0, 3).join(" · ") : t("sources.found_nothing")}</td>
                </tr>
              ))}
          </tbody>
        ))}
      </table>
      {onConfirm ? (
        <Button variant="default" disabled={trial.problem !== ""} loading={confirming} onClick={onConfirm}>
          {t("sources.confirm")}
        </Button>
      ) : (
        <p className={classes.quiet}>{t("sources.save_first")}</p>
      )}
    </div>
  );
}
