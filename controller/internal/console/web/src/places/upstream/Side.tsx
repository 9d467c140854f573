import { useTranslation } from "react-i18next";
import type { SourceArticle } from "@/api/sources";
import { Panel } from "@/ui/Panel";
import classes from "./Upstream.module.css";

interface Props {
  title: string;
  article: SourceArticle;
  /** What it is held against; nothing is marked without it. */
  other: SourceArticle | undefined;
  /** What a piece is that the other side lacks. */
  kind: "gone" | "new";
}

/** One side of the comparison; what only this side has is marked by colour, line and word. */
export function Side({ title, article, other, kind }: Props) {
  const { t } = useTranslation();
  const elsewhere = new Set(other ? pieces(other) : pieces(article));
  return (
    <Panel title={title}>
      <ul className={classes.side}>
        {pieces(article).map((piece, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a page's pieces have no other identity
          <li key={i} data-kind={elsewhere.has(piece) ? undefined : kind}>
            {!elsewhere.has(piece) && <small>{t(`upstream.only_${kind}`)}</small>}
            {piece}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** All that counts in the comparison, in order. */
function pieces(a: SourceArticle): string[] {
  return [
    a.title,
    a.summary,
    ...a.paragraphs.map((p) => p.text),
    ...a.pictures.map((p) => p.address),
    ...a.videos.map((v) => v.address),
  ].filter(Boolean);
}
