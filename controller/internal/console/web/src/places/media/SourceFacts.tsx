import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { duration } from "@/time/format";
import { Panel } from "@/ui/Panel";
import { clock } from "../cut/excerpt";
import classes from "./Media.module.css";

/** Where the item comes from and where it is used. */
export function SourceFacts({ item }: { item: Media }) {
  const { t } = useTranslation();
  const format = useFormat();
  const s = item.source;
  const facts: [string, string][] = [
    [t("media.file"), s.file_name],
    [t("media.size"), format.bytes(s.size)],
    [t("media.dimensions"), `${format.number(s.width)} × ${format.number(s.height)}`],
    [t("media.unit"), item.unit.name],
  ];
  if (s.duration_ms > 0) facts.splice(3, 0, [t("media.length"), duration(s.duration_ms)]);
  const cut = cutFacts(item, t);
  if (cut.length > 0) facts.push([t("cut.fact"), cut.join(" · ")]);
  return (
    <Panel title={t("media.source")}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name}.`}>{value}</dd>])}
        {item.used_in.length > 0 && (
          <>
            <dt>{t("media.used_in")}</dt>
            <dd>
              {item.used_in.map((p) => (
                <div key={p.id}>
                  <Anchor component={Link} to={`/playlists/${p.id}`} size="sm">
                    {p.title}
                  </Anchor>
                </div>
              ))}
            </dd>
          </>
        )}
      </dl>
    </Panel>
  );
}

/** What of the source is shown, where that is not all of it. */
function cutFacts({ excerpt: e, source, tracks }: Media, t: (key: string, params?: Record<string, unknown>) => string) {
  const facts: string[] = [];
  if (e.from_ms > 0 || e.until_ms > 0)
    facts.push(t("cut.fact_time", { from: clock(e.from_ms), until: clock(e.until_ms || source.duration_ms) }));
  if (e.crop.width > 0) facts.push(t("cut.fact_crop", { ...e.crop }));
  if (e.silent) facts.push(t("cut.sound_silent"));
  if (e.audio > 0) facts.push(t("cut.track", { number: e.audio }));
  const words = tracks.subtitles[e.subtitles - 1];
  if (words) facts.push(`${t("cut.subtitles")}: ${words.title || words.language || e.subtitles}`);
  return facts;
}
