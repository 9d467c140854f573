import { Button, FileButton } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { type AgentRelease, type ReleaseOverview, useAddBuilds, useAddRelease } from "@/api/releases";
import { useFormat } from "@/i18n/useFormat";
import { Command } from "@/places/charter/Command";
import { date } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Releases.module.css";

/** Releases that were taken in, and the way in for more. */
export function ReleaseList({ overview: o }: { overview: ReleaseOverview }) {
  const { t } = useTranslation();
  const add = useAddRelease();
  const reset = useRef<() => void>(null);
  if (o.signers === 0 && o.releases.length === 0) return null; // the page says what is missing
  return (
    <Panel
      title={t("release.list")}
      aside={
        <FileButton
          resetRef={reset}
          multiple
          onChange={(files) => {
            reset.current?.();
            if (files.length > 0) add.mutate(files);
          }}
        >
          {(props) => (
            <Button
              {...props}
              variant="default"
              disabled={o.signers === 0}
              loading={add.isPending}
              leftSection={<IconFileImport size={18} />}
            >
              {t("release.add")}
            </Button>
          )}
        </FileButton>
      }
    >
      {add.error && <ProblemNote error={add.error} />}
      {o.signers > 0 && (
        <>
          <p className={classes.note}>{t("release.add_hint", { count: o.threshold, of: o.signers })}</p>
          <Command text="controller release sign RELEASE --key a.key" />
        </>
      )}
      <ul className={classes.releases}>
        {o.releases.map((r) => (
          <ReleaseRow key={r.id} release={r} />
        ))}
      </ul>
    </Panel>
  );
}

function ReleaseRow({ release: r }: { release: AgentRelease }) {
  const { t } = useTranslation();
  const format = useFormat();
  const builds = useAddBuilds();
  const lacks = r.builds.filter((b) => !b.here);
  return (
    <li>
      <strong>{r.version}</strong>
      <div>
        {r.notes && <p>{r.notes}</p>}
        <small>
          {format.list(r.builds.map((b) => `${b.os}/${b.arch}, ${format.bytes(b.size)}`))}
          {" · "}
          {t("release.until", { date: date(new Date(r.expires_at)) })}
          {" · "}
          {t("release.added_by", { name: r.added_by })} <Ago at={r.added_at} />
        </small>
        {!r.stands && <p className={classes.lack}>{t("release.not_standing")}</p>}
        {builds.error && <ProblemNote error={builds.error} />}
      </div>
      {lacks.length > 0 && (
        <FileButton multiple onChange={(files) => files.length > 0 && builds.mutate({ release: r, files })}>
          {(props) => (
            <Button {...props} variant="default" loading={builds.isPending}>
              {t("release.add_builds", { count: lacks.length })}
            </Button>
          )}
        </FileButton>
      )}
    </li>
  );
}
