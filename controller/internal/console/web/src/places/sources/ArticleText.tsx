import { useTranslation } from "react-i18next";
import type { SourceArticle } from "@/api/sources";
import classes from "./Sources.module.css";
import { useLanguageName } from "./useLanguageName";

/** The page's text; what is in another language than it claims is marked. */
export function ArticleText({ article }: { article: SourceArticle }) {
  const { t } = useTranslation();
  const nameOf = useLanguageName();
  return (
    <div className={classes.text}>
      {article.summary && <p className={classes.summary}>{article.summary}</p>}
      {article.paragraphs.map((p, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a page's paragraphs have no other identity
        <p key={i} data-kind={p.kind} data-foreign={p.foreign || undefined} lang={p.language || undefined}>
          {p.text}
          {p.foreign && <small>{t("sources.foreign", { language: nameOf(p.language) })}</small>}
        </p>
      ))}
      {article.paragraphs.length === 0 && <p className={classes.quiet}>{t("sources.no_text")}</p>}
    </div>
  );
}
