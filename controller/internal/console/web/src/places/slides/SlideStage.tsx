import { Loader } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { previewQuery, type SlideDraft } from "@/api/slides";
import type { Rendition } from "@/api/types";
import { useProblemText } from "@/i18n/useProblemText";
import { RenditionStage } from "@/ui/RenditionStage";
import classes from "./Slides.module.css";

interface Props {
  title: string;
  /** What is being written; null when it is what is stored. */
  draft: SlideDraft | null;
  stored: Rendition[];
}

/** How long nobody types before the slide is drawn, in milliseconds. */
const rest = 700;

/** The slide as it would be on the screens, drawn by the controller while one writes. */
export function SlideStage({ title, draft, stored }: Props) {
  const { t } = useTranslation();
  const say = useProblemText();
  const [profile, setProfile] = useState("");
  const wanted = JSON.stringify(draft);
  const [settled] = useDebouncedValue(wanted, rest);
  const asked = JSON.parse(settled) as SlideDraft | null;
  const preview = useQuery({
    ...previewQuery(asked ?? ({} as SlideDraft)),
    enabled: asked !== null && draft !== null && asked.title.trim() !== "",
  });
  const drawn = draft && (preview.data ?? []).map((p) => picture(p.profile, p.width, p.height, p.jpeg));
  const shown = drawn && drawn.length > 0 ? drawn : stored;
  const missing = preview.error && asProblem(preview.error).reason !== "preview_superseded" ? preview.error : null;
  const waiting = draft !== null && draft.title.trim() !== "" && (wanted !== settled || preview.isFetching);
  let state = t("slides.as_stored");
  if (draft) state = t(draft.title.trim() === "" ? "slides.write_title" : "slides.as_written");
  if (waiting) state = t("slides.drawing");
  else if (draft && missing) state = say(missing);
  return (
    <div>
      <p className={classes.status} role="status" data-bad={(!waiting && draft && missing) || undefined}>
        {waiting && <Loader size={16} aria-hidden="true" />}
        {state}
      </p>
      {shown.length > 0 ? (
        <RenditionStage
          title={title}
          renditions={shown}
          profile={profile}
          onProfile={setProfile}
          height="var(--stage-height)"
        />
      ) : (
        <div className={classes.blank} />
      )}
    </div>
  );
}

/** The digest only tells pictures apart: that of a profile stays, so that the picture is changed without a gap. */
function picture(profile: string, width: number, height: number, jpeg: string) {
  const url = `data:image/jpeg;base64,${jpeg}`;
  return { profile, digest: profile, mime: "image/jpeg", width, height, url, poster_url: url };
}
