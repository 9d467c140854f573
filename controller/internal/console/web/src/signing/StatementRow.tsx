import { IconAlertOctagonFilled, IconChevronDown, IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { date } from "@/time/format";
import { RenditionProof } from "./RenditionProof";
import classes from "./Signing.module.css";
import { Places, StatementView } from "./StatementView";
import type { Statement } from "./statement";
import { type Evidence, wantedOf } from "./useEvidence";

/** One of several statements under one signature; opens to the whole. */
export function StatementRow({ words, found }: { words: Statement; found: Record<string, Evidence> }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const p = words.predicate;
  const wanted = wantedOf(words);
  const seen = wanted.map((w) => found[w.key]);
  const here = seen.filter((s) => s !== undefined && s !== "failed");
  const differs = here.some((s) => !s.same);
  return (
    <li>
      <button type="button" className={classes.row} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={classes.thumbs}>
          {wanted.map((w) => (
            <RenditionProof key={w.key} wanted={w} seen={found[w.key]} title={p.title} small />
          ))}
        </span>
        <span className={classes.rowWords}>
          <strong>{p.title}</strong>
          <span>
            <Places ids={p.territory} />
            {p.languages.map((l) => ` · ${t(`app.language_${l}`)}`)}
          </span>
          <span>
            {p.valid_until ? t("sign.until", { date: date(new Date(p.valid_until - 1)) }) : t("media.no_end")}
            {" · "}
            {p.rights_basis || t("sign.no_rights")}
          </span>
        </span>
        {differs ? (
          <IconAlertOctagonFilled size={18} className={classes.bad} aria-label={t("sign.other_bytes")} />
        ) : here.length === wanted.length ? (
          <IconShieldCheck size={18} className={classes.ok} aria-label={t("sign.same_bytes")} />
        ) : null}
        <IconChevronDown size={18} className={classes.chevron} aria-hidden="true" />
      </button>
      {open && <StatementView words={words} found={found} />}
    </li>
  );
}
