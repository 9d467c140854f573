import { useTranslation } from "react-i18next";
import type { Rendition } from "@/api/types";
import { profileName } from "./profileName";
import classes from "./RenditionStage.module.css";

type Shown = Pick<Rendition, "profile" | "digest" | "mime" | "width" | "height" | "url" | "poster_url">;

interface Props {
  title: string;
  renditions: Shown[];
  profile: string;
  onProfile: (profile: string) => void;
  /** CSS height of the stage. */
  height: string;
}

/** The very bytes a screen will show, on a dark stage; one tab with a small picture for each screen shape. */
export function RenditionStage({ title, renditions, profile, onProfile, height }: Props) {
  const { t } = useTranslation();
  const shown = renditions.find((r) => r.profile === profile) ?? renditions[0];
  if (!shown) return null;
  return (
    <div className={classes.frame}>
      <div className={classes.stage} style={{ height }}>
        {shown.mime.startsWith("video/") ? (
          // biome-ignore lint/a11y/useMediaCaption: what is shown is what is judged; captions are burnt in
          <video key={shown.digest} src={shown.url} poster={shown.poster_url} controls loop playsInline />
        ) : (
          <img key={shown.digest} src={shown.url} alt={title} />
        )}
      </div>
      <div className={classes.tabs} role="tablist" aria-label={t("media.shapes")}>
        {renditions.map((r) => (
          <button
            key={r.profile}
            type="button"
            role="tab"
            aria-selected={r.profile === shown.profile}
            className={classes.tab}
            onClick={() => onProfile(r.profile)}
          >
            <span className={classes.thumb} style={{ aspectRatio: `${r.width} / ${r.height}` }}>
              <img src={r.poster_url || r.url} alt="" />
            </span>
            <span>
              {profileName(t, r.profile)}
              <small>
                {r.width} × {r.height}
              </small>
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
