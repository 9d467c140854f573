import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { duration } from "@/time/format";
import { cutFacts } from "@/ui/cutFacts";
import { Panel } from "@/ui/Panel";
import { LookAgain } from "../upstream/LookAgain";
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
  facts.push(...cutFacts(t, item));
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
      <LookAgain item={item} />
    </Panel>
  );
}
