import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { brandQuery } from "@/api/brand";
import { useMe } from "@/api/session";
import { pageLanguages, type SlideTexts, useHasPlace, useMakeSlide } from "@/api/slides";
import { findLanguagesQuery, findQuery, type SourceFind } from "@/api/sources";
import { locales } from "@/i18n/setup";
import { dateOf } from "@/time/zone";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { PhotoChoice } from "./PhotoChoice";
import { PicturePick } from "./PicturePick";
import { SlideFields } from "./SlideFields";
import { SlideStage } from "./SlideStage";
import classes from "./Slides.module.css";

const route = getRouteApi("/shell/slides/new");

/** A slide that is to be made: of a page in the tray, or of words alone. */
export function NewSlidePage() {
  const { find } = route.useSearch();
  const found = useQuery({ ...findQuery(find ?? ""), enabled: find !== undefined });
  const languages = useQuery({ ...findLanguagesQuery(find ?? ""), enabled: find !== undefined });
  const error = found.error ?? languages.error;
  if (error)
    return <ProblemNote error={error} onRetry={() => void Promise.all([found.refetch(), languages.refetch()])} />;
  if (find !== undefined && !(found.data && languages.data)) return null;
  return <NewSlide key={find ?? ""} find={found.data} known={languages.data ?? []} />;
}

type Known = { language: string; address: string }[];

/** What a page says, as the first words of a slide. */
function wordsOf(find: SourceFind | undefined, known: Known): SlideTexts {
  if (!find)
    return {
      template: "thong-bao",
      language: "vi",
      title: "",
      text: "",
      source: "",
      date: "",
      page: "",
      count: false,
      pages: {},
    };
  const a = find.article;
  // Where a code leads that is counted, should somebody want it counted.
  const pages = pageLanguages.flatMap((l) => known.filter((k) => k.language === l && k.address !== find.address));
  return {
    template: "tin",
    language: locales.find((l) => l === find.language) ?? "vi",
    title: a.title.slice(0, 300),
    text: a.summary.slice(0, 400),
    source: a.publisher.slice(0, 120),
    date: a.published_at ? dateOf(new Date(a.published_at)) : "",
    page: find.address,
    count: false,
    pages: Object.fromEntries(pages.map((k) => [k.language, k.address])),
  };
}

function NewSlide({ find, known }: { find: SourceFind | undefined; known: Known }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const make = useMakeSlide();
  const pictures = find?.article.pictures ?? [];
  const [texts, setTexts] = useState(wordsOf(find, known));
  const [picture, setPicture] = useState(pictures[0]?.address ?? "");
  const [photo, setPhoto] = useState("");
  const place = useHasPlace(texts.template, "picture");
  const pictured = place && pictures.length > 0;
  const chosen = { picture: pictured && photo === "" ? picture : "", photo_id: place ? photo : "" };
  const unit = useMe().unit.id;
  const brand = useQuery(brandQuery(unit));
  const words = { ...texts, branded: texts.branded ?? (brand.data?.version ?? 0) > 0 };
  const save = () =>
    make.mutate(
      { ...words, find_id: find?.id ?? "", ...chosen },
      {
        onSuccess: (slide) => void navigate({ to: "/slides/$id", params: { id: slide.media_id }, replace: true }),
      },
    );
  return (
    <>
      {find ? (
        <BackLink to={`/sources/tray/${find.id}`} label={t("sources.tab_tray")} />
      ) : (
        <BackLink to="/content" label={t("place.content")} />
      )}
      <PageHead
        title={t("slides.new")}
        actions={
          <Button disabled={texts.title.trim() === ""} loading={make.isPending} onClick={save}>
            {t("slides.make")}
          </Button>
        }
      />
      {make.error && <ProblemNote error={make.error} />}
      <div className={classes.columns}>
        <Panel title={t("slides.words")}>
          <Stack gap="md">
            <SlideFields unit={unit} value={texts} onChange={setTexts} />
            {pictured && photo === "" && <PicturePick pictures={pictures} chosen={picture} onChange={setPicture} />}
            {place && <PhotoChoice photo={photo} onChange={setPhoto} clearable />}
          </Stack>
        </Panel>
        <div className={classes.seen}>
          <SlideStage
            title={texts.title}
            draft={{ ...words, ...chosen, slide_id: "", find_id: find?.id ?? "", keep_picture: false }}
            stored={[]}
          />
        </div>
      </div>
    </>
  );
}
