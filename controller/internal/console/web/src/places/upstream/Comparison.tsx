import { Button } from "@mantine/core";
import { IconArrowsVertical } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SourceArticle } from "@/api/sources";
import { align, type Piece, pieces, type Row, same, type Word, wordsOf } from "./align";
import classes from "./Upstream.module.css";

interface Props {
  before: SourceArticle;
  after: SourceArticle;
}

/** So many lines that are the same are shown beside a change; the others are folded. */
const around = 1;

/** Both sides line by line; what differs is marked by colour, line and word. */
export function Comparison({ before, after }: Props) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const rows = align(pieces(before), pieces(after));
  const near = rows.map((_, i) => rows.slice(Math.max(0, i - around), i + around + 1).some((r) => !same(r)));
  return (
    <div className={classes.rows}>
      <h2>{t("upstream.before")}</h2>
      <h2>{t("upstream.after")}</h2>
      {rows.map((row, i) => {
        if (whole || near[i])
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a page's lines have no other identity
            <Line key={i} row={row} />
          );
        if (i > 0 && !near[i - 1]) return null;
        const count = near.slice(i).findIndex(Boolean);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <Fragment key={i}>
            <div className={classes.folded}>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                leftSection={<IconArrowsVertical size={16} />}
                onClick={() => setWhole(true)}
              >
                {t("upstream.folded", { count: count < 0 ? rows.length - i : count })}
              </Button>
            </div>
          </Fragment>
        );
      })}
    </div>
  );
}

function Line({ row }: { row: Row }) {
  const { before, after } = row;
  if (before && after && !same(row) && before.kind !== "picture") {
    const [was, is] = wordsOf(before.text, after.text);
    return (
      <>
        <Cell piece={before} words={was} kind="gone" />
        <Cell piece={after} words={is} kind="new" />
      </>
    );
  }
  if (same(row))
    return (
      <>
        <Cell piece={before} />
        <Cell piece={after} twin />
      </>
    );
  return (
    <>
      <Cell piece={before} kind="gone" />
      <Cell piece={after} kind="new" />
    </>
  );
}

interface CellProps {
  piece: Piece | undefined;
  words?: Word[];
  kind?: "gone" | "new";
  /** The same as the other side's: on a phone, where one stands below the other, it is not said twice. */
  twin?: boolean;
}

function Cell({ piece, words, kind, twin }: CellProps) {
  const { t } = useTranslation();
  if (!piece) return <div className={classes.cell} data-empty />;
  return (
    <div className={classes.cell} data-kind={kind} data-piece={piece.kind} data-twin={twin || undefined}>
      {kind && <small>{t(words ? `upstream.edited_${kind}` : `upstream.only_${kind}`)}</small>}
      {piece.kind === "picture" && piece.picture && <img src={piece.picture} alt={piece.text} loading="lazy" />}
      {words ? <Marked words={words} kind={kind} /> : piece.text}
    </div>
  );
}

function Marked({ words, kind }: { words: Word[]; kind: "gone" | "new" | undefined }) {
  return words.map((w, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: words have no other identity
    if (!w.only || !w.text.trim()) return <Fragment key={i}>{w.text}</Fragment>;
    // biome-ignore lint/suspicious/noArrayIndexKey: as above
    return kind === "gone" ? <del key={i}>{w.text}</del> : <ins key={i}>{w.text}</ins>;
  });
}
