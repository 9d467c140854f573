import { Button, Checkbox, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaQuery } from "@/api/media";
import { type Slide, slideQuery, textsOf, useEditSlide, useHasPlace } from "@/api/slides";
import type { Media } from "@/api/types";
import { BackLink } from "@/ui/BackLink";
import { MediaMark } from "@/ui/MediaMark";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { JobNote } from "../media/JobNote";
import { ScansPanel } from "../scans/ScansPanel";
import { PhotoChoice } from "./PhotoChoice";
import { SlideFields } from "./SlideFields";
import { SlideStage } from "./SlideStage";
import classes from "./Slides.module.css";

const route = getRouteApi("/shell/slides/$id");

/** A slide's words, and beside them the very pictures that people decide on. */
export function SlidePage() {
  const { id } = route.useParams();
  const slide = useQuery(slideQuery(id));
  const item = useQuery(mediaQuery(id));
  const error = slide.error ?? item.error;
  if (error && !(slide.data && item.data))
    return <ProblemNote error={error} onRetry={() => void Promise.all([slide.refetch(), item.refetch()])} />;
  if (!slide.data || !item.data) return null;
  return <Editor key={id} slide={slide.data} item={item.data} />;
}

function Editor({ slide, item }: { slide: Slide; item: Media }) {
  const { t } = useTranslation();
  const edit = useEditSlide(item.id);
  const { has_picture } = slide;
  const words = textsOf(slide);
  const [texts, setTexts] = useState(words);
  const [keep, setKeep] = useState(true);
  const [photo, setPhoto] = useState("");
  const place = useHasPlace(texts.template, "picture");
  const changed = JSON.stringify(textsOf(texts)) !== JSON.stringify(words) || (has_picture && !keep) || photo !== "";
  const save = () =>
    edit.mutate(
      { ...texts, revision: slide.revision, keep_picture: keep, photo_id: photo },
      {
        onSuccess: (now) => {
          setTexts(textsOf(now));
          setKeep(true);
          setPhoto("");
        },
      },
    );
  return (
    <>
      <BackLink to="/content" label={t("place.content")} />
      <PageHead
        title={item.title}
        aside={<MediaMark state={item.state} />}
        actions={
          <>
            <Button variant={changed ? "default" : "filled"} component={Link} to={`/content/${item.id}`}>
              {t("slides.details")}
            </Button>
            {item.may.edit && changed && (
              <Button disabled={texts.title.trim() === ""} loading={edit.isPending} onClick={save}>
                {t("slides.save")}
              </Button>
            )}
          </>
        }
      />
      {edit.error && <ProblemNote error={edit.error} />}
      <div className={classes.columns}>
        <Panel title={t("slides.words")}>
          <fieldset className={classes.plain} disabled={!item.may.edit}>
            <Stack gap="md">
              <SlideFields unit={item.unit.id} value={texts} onChange={setTexts} />
              {place && (
                <PhotoChoice
                  photo={photo || (keep ? slide.photo_id : "")}
                  onChange={setPhoto}
                  clearable={photo !== ""}
                />
              )}
              {has_picture && photo === "" && place && (
                <Checkbox
                  label={t("slides.keep_picture")}
                  checked={keep}
                  onChange={(e) => setKeep(e.currentTarget.checked)}
                />
              )}
            </Stack>
          </fieldset>
        </Panel>
        <div className={classes.seen}>
          <JobNote item={item} />
          <SlideStage
            title={item.title}
            draft={
              changed
                ? { ...texts, slide_id: item.id, find_id: "", picture: "", photo_id: photo, keep_picture: keep }
                : null
            }
            stored={item.renditions}
          />
          {slide.short !== "" && <ScansPanel media={item.id} />}
        </div>
      </div>
    </>
  );
}
