import { ActionIcon, Button, Select, Skeleton } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { base } from "@/api/http";
import { mediaQuery, usePatchMedia } from "@/api/media";
import { cuesQuery } from "@/api/subtitles";
import type { Crop, Excerpt, Media } from "@/api/types";
import { BackLink } from "@/ui/BackLink";
import { MediaMark } from "@/ui/MediaMark";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { profileName } from "@/ui/profileName";
import { useToast } from "@/ui/useToast";
import { JobNote } from "../media/JobNote";
import { Choices } from "./Choices";
import { CropBox } from "./CropBox";
import classes from "./Cut.module.css";
import { beginAt, endAt, everything, frameStart, isWhole, moved, same, shaped, whole } from "./excerpt";
import { PlayerBar } from "./PlayerBar";
import { ProfilePreview } from "./ProfilePreview";
import { Player } from "./player";
import { Timeline } from "./Timeline";
import { useHistory } from "./useHistory";

const route = getRouteApi("/shell/content/$id/cut");

/** What of a media is shown: its time, its part of the picture, its sound and subtitles. */
export function CutPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const { data: item, error, refetch } = useQuery(mediaQuery(id));
  if (error && !item) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!item) return <Skeleton height={640} radius="md" aria-label={t("app.loading")} />;
  return <Editor key={id} item={item} />;
}

function Editor({ item }: { item: Media }) {
  const { t } = useTranslation();
  const toast = useToast();
  const patch = usePatchMedia();
  const history = useHistory<Excerpt>(item.excerpt);
  const excerpt = history.value;
  const of = { width: item.source.width, height: item.source.height };
  const film = item.kind === "video";
  const rate = item.tracks.frame_rate || 25;
  const [player, setPlayer] = useState(() => new Player(item.source.duration_ms, rate));
  if (player.rate !== rate) setPlayer(new Player(item.source.duration_ms, rate));
  const [shape, setShape] = useState(() => shapeOf(item, item.excerpt.crop));
  const cues = useQuery(cuesQuery(item.id, excerpt.subtitles)).data?.items ?? [];
  const locked = !item.may.edit;
  const changed = !same(excerpt, item.excerpt);
  const chosen = isWhole(excerpt.crop) ? "whole" : shape === "whole" ? "free" : shape;
  const aspect = aspectOf(item, chosen);
  const crop = (next: Crop, gesture = "") => history.set({ ...excerpt, crop: next }, gesture);
  const choose = (name: string) => {
    setShape(name);
    if (name === "whole") crop(whole);
    else if (name === "free") crop(isWhole(excerpt.crop) ? moved({ x: 0, y: 0, ...of }, 0, 0, of) : excerpt.crop);
    else crop(shaped(excerpt.crop, aspectOf(item, name), of));
  };
  const begin = () => history.set(beginAt(excerpt, frameStart(player.frame, rate), player.length));
  const end = () => history.set(endAt(excerpt, frameStart(player.frame + 1, rate), player.length));
  const save = () => patch.mutate({ id: item.id, patch: { excerpt } }, { onSuccess: () => toast.done(t("cut.saved")) });
  const keys = (e: KeyboardEvent) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "z" && !locked) {
      e.preventDefault();
      if (e.shiftKey) history.redo();
      else history.undo();
      return;
    }
    if (!film || e.ctrlKey || e.metaKey || e.altKey) return;
    const by = e.shiftKey ? Math.round(rate) : 1;
    const acts: Record<string, () => void> = {
      arrowleft: () => player.step(-by),
      arrowright: () => player.step(by),
      i: () => !locked && begin(),
      o: () => !locked && end(),
      j: () => player.step(-Math.round(rate)),
      k: () => player.pause(),
      l: () => player.play(excerpt, true),
    };
    const act = acts[e.key.toLowerCase()];
    if (!act) return;
    e.preventDefault();
    act();
  };
  return (
    <>
      <BackLink to={`/content/${item.id}`} label={item.title} />
      <PageHead
        title={t(film ? "cut.open_video" : "cut.open_image")}
        aside={<MediaMark state={item.state} />}
        actions={
          !locked && (
            <>
              <ActionIcon
                variant="default"
                size={36}
                aria-label={t("cut.undo")}
                disabled={!history.canUndo}
                onClick={history.undo}
              >
                <IconArrowBackUp size={20} />
              </ActionIcon>
              <ActionIcon
                variant="default"
                size={36}
                aria-label={t("cut.redo")}
                disabled={!history.canRedo}
                onClick={history.redo}
              >
                <IconArrowForwardUp size={20} />
              </ActionIcon>
              <Button disabled={!changed} loading={patch.isPending} onClick={save}>
                {t("cut.save")}
              </Button>
            </>
          )
        }
      />
      <div className={classes.columns}>
        <section className={classes.main} aria-label={t(film ? "cut.open_video" : "cut.open_image")} onKeyDown={keys}>
          <div className={classes.stage}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the stage need a place to be pressed */}
            <section className={classes.picture} style={fitting(of)} tabIndex={0} aria-label={t("cut.stage")}>
              <Picture item={item} player={player} />
              {!isWhole(excerpt.crop) && (
                <CropBox crop={excerpt.crop} of={of} aspect={aspect} onChange={crop} onSettled={history.settle} />
              )}
            </section>
          </div>
          {film && item.proxy_url === "" && <p className={classes.hint}>{t("cut.reading")}</p>}
          {film && (
            <div className={classes.time}>
              <Timeline
                player={player}
                excerpt={excerpt}
                disabled={locked}
                onChange={history.set}
                onSettled={history.settle}
              />
              <PlayerBar player={player} excerpt={excerpt} disabled={locked} onBegin={begin} onEnd={end} />
              <p className={classes.keys}>{t("cut.keys")}</p>
            </div>
          )}
        </section>
        <aside className={classes.side}>
          {patch.error && <ProblemNote error={patch.error} />}
          {locked && <p className={classes.hint}>{t("cut.locked")}</p>}
          <Panel title={t("cut.crop")}>
            <Select
              label={t("cut.shape")}
              allowDeselect={false}
              disabled={locked}
              value={chosen}
              data={[
                { value: "whole", label: t("cut.shape_whole") },
                ...item.renditions.map((r) => ({ value: r.profile, label: profileName(t, r.profile) })),
                { value: "free", label: t("cut.shape_free") },
              ]}
              onChange={(v) => v !== null && choose(v)}
            />
            <p className={classes.numbers}>
              {isWhole(excerpt.crop)
                ? `${of.width} × ${of.height}`
                : `${excerpt.crop.width} × ${excerpt.crop.height} + ${excerpt.crop.x}, ${excerpt.crop.y}`}
            </p>
            <p className={classes.hint}>{t("cut.crop_keys")}</p>
          </Panel>
          {film && <Choices item={item} excerpt={excerpt} disabled={locked} onChange={(next) => history.set(next)} />}
          {!locked && !same(excerpt, everything) && (
            <Button variant="default" onClick={() => history.set(everything)}>
              {t("cut.all")}
            </Button>
          )}
          <JobNote item={item} />
        </aside>
        <div className={classes.shown}>
          <Panel title={t("cut.shown")}>
            <div className={classes.shapes}>
              {item.renditions.map((r) => (
                <ProfilePreview
                  key={r.profile}
                  player={player}
                  rendition={r}
                  fit={item.fits[r.profile] ?? { mode: "contain", x: 0.5, y: 0.5 }}
                  crop={excerpt.crop}
                  of={of}
                  cues={cues}
                />
              ))}
            </div>
          </Panel>
        </div>
      </div>
    </>
  );
}

/** The film's small copy, or the picture. */
function Picture({ item, player }: { item: Media; player: Player }) {
  const film = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLImageElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another film
  useEffect(() => {
    const element = film.current ?? still.current;
    return element ? player.attach(element) : undefined;
  }, [player, item.proxy_url]);
  const preview = `${base}/media/${item.id}/source-preview`;
  if (item.kind === "video" && item.proxy_url !== "")
    return (
      // biome-ignore lint/a11y/useMediaCaption: it is the source that is being cut; its subtitles are chosen beside it
      <video ref={film} src={item.proxy_url} poster={preview} playsInline preload="auto" draggable={false} />
    );
  return <img ref={still} src={preview} alt={item.title} draggable={false} />;
}

/** The largest box of the source's shape within the stage, whatever has been loaded. */
const fitting = (of: { width: number; height: number }) => ({
  aspectRatio: `${of.width} / ${of.height}`,
  width: `min(100%, calc(var(--stage-height) * ${of.width / of.height}))`,
});

function aspectOf(item: Media, shape: string): number {
  const r = item.renditions.find((x) => x.profile === shape);
  return r ? r.width / r.height : 0;
}

/** The shape that a crop was made in, as far as that can be told. */
function shapeOf(item: Media, crop: Crop): string {
  if (isWhole(crop)) return "whole";
  const found = item.renditions.find(
    (r) => Math.abs(crop.width - (crop.height * r.width) / r.height) <= Math.max(1, r.width / r.height),
  );
  return found ? found.profile : "free";
}
