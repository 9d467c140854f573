import { Loader } from "@mantine/core";
import { IconAlertOctagonFilled, IconPhotoOff, IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isTall, profileName } from "@/ui/profileName";
import classes from "./Signing.module.css";
import type { Evidence, Wanted } from "./useEvidence";

interface Props {
  wanted: Wanted;
  seen: Evidence;
  title: string;
  /** Small: for the rows of a batch. */
  small?: boolean;
}

/** One rendition as this page has fetched it, and whether its bytes are those that are signed. */
export function RenditionProof({ wanted, seen, title, small = false }: Props) {
  const { t } = useTranslation();
  const name = profileName(t, wanted.profile);
  const here = seen && seen !== "failed" ? seen : null;
  return (
    <figure
      className={classes.rendition}
      data-small={small || undefined}
      data-differs={here?.same === false || undefined}
    >
      <div className={classes.glass} data-portrait={isTall(wanted.profile) || undefined}>
        {!seen && <Loader size="sm" color="gray" />}
        {seen === "failed" && <IconPhotoOff size={28} stroke={1.4} aria-hidden="true" />}
        {here?.mime.startsWith("video/") && (
          <video src={here.url} muted={small} controls={!small} loop playsInline preload="metadata" />
        )}
        {here && !here.mime.startsWith("video/") && <img src={here.url} alt={`${title}, ${name}`} />}
      </div>
      {!small && (
        <figcaption>
          <span>{name}</span>
          {here?.same && (
            <span className={classes.ok}>
              <IconShieldCheck size={15} aria-hidden="true" /> {t("sign.same_bytes")}
            </span>
          )}
          {here && !here.same && (
            <span className={classes.bad}>
              <IconAlertOctagonFilled size={15} aria-hidden="true" /> {t("sign.other_bytes")}
            </span>
          )}
          {seen === "failed" && <span className={classes.bad}>{t("sign.not_fetched")}</span>}
          <code title={wanted.digest}>{wanted.digest.slice(0, 16)}…</code>
        </figcaption>
      )}
    </figure>
  );
}
