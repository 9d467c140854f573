import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { capturesQuery } from "@/api/captures";
import type { Capture, Finding } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { dateTime } from "@/time/format";
import { MoreButton } from "@/ui/MoreButton";
import { Panel } from "@/ui/Panel";
import classes from "./Captures.module.css";
import { witnessIcons } from "./Glass";

/** What witnesses saw of a screen: the newest, then what is kept as evidence. */
export function CapturesPanel({ screen, now }: { screen: string; now: Date }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({ ...capturesQuery(screen), refetchInterval: 60_000 });
  const pages = query.data?.pages ?? [];
  const newest = pages[0]?.newest ?? [];
  const seen = new Set(newest.map((c) => c.digest));
  const evidence = pages.flatMap((p) => p.items).filter((c) => !seen.has(c.digest));
  if (!query.data) return null;
  return (
    <Panel title={t("watch.captures")}>
      {newest.length + evidence.length === 0 ? (
        <p className={classes.quiet}>{t("watch.captures_none")}</p>
      ) : (
        <>
          <ul className={classes.captures}>
            {[...newest, ...evidence].map((c) => (
              <CaptureItem key={`${c.witness}${c.digest}`} capture={c} now={now} />
            ))}
          </ul>
          <p className={classes.quiet}>{t("watch.captures_kept")}</p>
        </>
      )}
      <MoreButton list={query} />
    </Panel>
  );
}

const tones: Record<Finding, string> = {
  right: "ok",
  unsure: "neutral",
  blind: "neutral",
  wrong: "bad",
  black: "bad",
  frozen: "bad",
};

function CaptureItem({ capture: c, now }: { capture: Capture; now: Date }) {
  const { t } = useTranslation();
  const format = useFormat();
  const Icon = witnessIcons[c.witness];
  const finding = t(`watch.finding_${c.finding}`);
  const at = dateTime(new Date(c.at));
  return (
    <li>
      <img src={c.url} alt={t("watch.capture_alt", { at, finding })} width={c.width} height={c.height} loading="lazy" />
      <p data-tone={tones[c.finding]}>
        <Icon size={15} stroke={1.8} aria-label={t(`watch.witness_${c.witness}`)} />
        <strong>{finding}</strong>
      </p>
      <time dateTime={c.at} title={at}>
        {format.ago(c.at, now)}
      </time>
    </li>
  );
}
