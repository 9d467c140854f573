import { type CSSProperties, useEffect, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { Cue } from "@/api/subtitles";
import type { Crop, Fit, Rendition } from "@/api/types";
import { profileName } from "@/ui/profileName";
import classes from "./Cut.module.css";
import { isWhole, type Size } from "./excerpt";
import type { Player } from "./player";

interface Props {
  player: Player;
  rendition: Rendition;
  fit: Fit;
  crop: Crop;
  of: Size;
  cues: Cue[];
}

/** A screen shape as it is and as it will be: the same placing as the renditions have. */
export function ProfilePreview({ player, rendition: r, fit, crop, of, cues }: Props) {
  const { t } = useTranslation();
  const front = useRef<HTMLCanvasElement>(null);
  const back = useRef<HTMLCanvasElement>(null);
  const shown = useSyncExternalStore(player.subscribe, player.getShown);
  const frame = useSyncExternalStore(player.subscribe, player.getFrame);
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew whenever something else is shown
  useEffect(() => {
    for (const canvas of [front.current, back.current]) if (canvas) draw(canvas, player, crop, of);
  }, [shown, player, crop, of]);
  const at = ((frame + 0.5) * 1000) / player.rate;
  const said = cues.filter((c) => c.from_ms <= at && at < c.until_ms).slice(0, 2);
  const name = profileName(t, r.profile);
  const shape = { aspectRatio: `${r.width} / ${r.height}`, "--shape": r.width / r.height } as CSSProperties;
  return (
    <figure className={classes.shape}>
      <figcaption>{name}</figcaption>
      <div className={classes.pair}>
        <div>
          <img
            className={classes.glass}
            style={shape}
            src={r.poster_url || r.url}
            alt={`${name}: ${t("cut.before")}`}
          />
          <small>{t("cut.before")}</small>
        </div>
        <div>
          <div className={classes.glass} style={shape} role="img" aria-label={`${name}: ${t("cut.after")}`}>
            <canvas ref={back} className={classes.backdrop} />
            <canvas ref={front} style={{ objectFit: fit.mode, objectPosition: `${fit.x * 100}% ${fit.y * 100}%` }} />
            {said.length > 0 && (
              <p className={classes.said}>
                {said.map((c) => (
                  <span key={c.from_ms + c.lines.join()}>{c.lines.join("\n")}</span>
                ))}
              </p>
            )}
          </div>
          <small>{t("cut.after")}</small>
        </div>
      </div>
    </figure>
  );
}

/** No more pixels than such a small picture shows. */
const side = 480;

function draw(canvas: HTMLCanvasElement, player: Player, crop: Crop, of: Size) {
  const c = isWhole(crop) ? { x: 0, y: 0, ...of } : crop;
  const scale = Math.min(1, side / Math.max(c.width, c.height));
  const width = Math.max(1, Math.round(c.width * scale));
  const height = Math.max(1, Math.round(c.height * scale));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const picture = player.picture;
  if (!picture) return;
  const real =
    picture instanceof HTMLVideoElement
      ? { width: picture.videoWidth, height: picture.videoHeight }
      : { width: picture.naturalWidth, height: picture.naturalHeight };
  if (real.width === 0) return;
  const [kx, ky] = [real.width / of.width, real.height / of.height];
  canvas
    .getContext("2d")
    ?.drawImage(
      picture,
      c.x * kx,
      c.y * ky,
      Math.max(1, c.width * kx),
      Math.max(1, c.height * ky),
      0,
      0,
      width,
      height,
    );
}
