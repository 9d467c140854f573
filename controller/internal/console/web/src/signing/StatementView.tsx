import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { clustersQuery } from "@/api/fleet";
import { date, dateTime } from "@/time/format";
import { RenditionProof } from "./RenditionProof";
import classes from "./Signing.module.css";
import type { Statement } from "./statement";
import { type Evidence, wantedOf } from "./useEvidence";

/** Everything that a statement says, read from its bytes, beside the pictures it names. */
export function StatementView({ words, found }: { words: Statement; found: Record<string, Evidence> }) {
  const p = words.predicate;
  return (
    <div className={classes.statement}>
      <div className={classes.pictures}>
        {wantedOf(words).map((w) => (
          <RenditionProof key={w.key} wanted={w} seen={found[w.key]} title={p.title} />
        ))}
      </div>
      <StatementFacts words={words} />
    </div>
  );
}

function StatementFacts({ words }: { words: Statement }) {
  const { t } = useTranslation();
  const p = words.predicate;
  const rows: [string, ReactNode][] = [
    [t("sign.act"), t(`sign.act_${p.act}`)],
    [t("sign.person"), p.person_name],
    [t("sign.at"), dateTime(new Date(p.decided_at))],
    [t("media.territory"), <Places key="places" ids={p.territory} />],
    [t("media.languages"), p.languages.map((l) => t(`app.language_${l}`)).join(" · ") || t("app.none")],
    [t("media.valid_from"), p.valid_from ? date(new Date(p.valid_from)) : t("media.from_now")],
    [t("media.valid_until"), p.valid_until ? date(new Date(p.valid_until - 1)) : t("media.no_end")],
    [t("media.rights"), p.rights_basis || t("review.rights_missing")],
    [t("media.publisher"), p.origin.publisher || t("review.rights_missing")],
    [t("media.creator"), p.origin.author || t("review.rights_missing")],
    [
      t("media.published"),
      p.origin.published_at ? date(new Date(p.origin.published_at)) : t("media.published_unknown"),
    ],
    ...pageRows(t, p.origin),
    [t("sign.source_bytes"), <Digest key="bytes" of={p.origin.media_sha256} />],
    [t("sign.revision"), String(p.revision)],
  ];
  return (
    <div className={classes.facts}>
      <h3>{p.title}</h3>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Of what was taken from a page: which one, and the bytes it had. */
function pageRows(t: TFunction, o: Statement["predicate"]["origin"]): [string, ReactNode][] {
  if (o.page === "") return [];
  return [
    [t("media.page"), o.page === o.canonical ? o.page : `${o.page} (${o.canonical})`],
    [t("media.fetched"), dateTime(new Date(o.fetched_at))],
    [t("sign.page_bytes"), <Digest key="page" of={o.page_sha256} />],
  ];
}

function Digest({ of }: { of: string }) {
  return <code title={of}>{of.slice(0, 12)}…</code>;
}

/** Clusters by name, with the id that is signed unless bare: a name could be another's. */
export function Places({ ids, bare = false }: { ids: string[]; bare?: boolean }) {
  const { t } = useTranslation();
  const clusters = useQuery(clustersQuery).data ?? [];
  if (ids.includes("*")) return t("media.anywhere");
  return ids.map((id, i) => (
    <span key={id}>
      {i > 0 && ", "}
      {clusters.find((c) => c.id === id)?.name ?? t("sign.unknown_cluster")}
      {!bare && (
        <>
          {" "}
          <code title={id}>{id.slice(-6)}</code>
        </>
      )}
    </span>
  ));
}
