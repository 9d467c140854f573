import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import { mediaQuery } from "./media";
import type { Media } from "./types";

export type SlideField =
  | "title"
  | "text"
  | "source"
  | "date"
  | "page"
  | "picture"
  | "level"
  | "phone"
  | "time"
  | "until"
  | "rows";

/** What a slide can be made in, and what it has a place for. */
export interface SlideTemplate {
  name: SlideTexts["template"];
  /** In the order in which they are filled in. */
  fields: SlideField[];
  needs: SlideField[];
  columns: string[];
  /** Rows that there is room for. */
  most: number;
  /** The language of each row, when there is one row for each. */
  each: string[];
}

/** What is written on a slide. */
export interface SlideTexts {
  template: "tin" | "thong-bao" | "canh-bao" | "gio-cua-khau" | "ti-gia" | "dem-ngay" | "chao-mung";
  language: "vi" | "en" | "lo" | "zh";
  title: string;
  /** A paragraph a line. */
  text: string;
  source: string;
  /** 2026-11-26 or "". */
  date: string;
  /** The address in the QR code, or "". */
  page: string;
  /** Of a risk, 1 to 5. */
  level?: number;
  phone?: string;
  /** 08:30 or "". */
  time?: string;
  /** The day that is awaited, 2026-11-26 or "". */
  until?: string;
  /** A cell for each of the template's columns. */
  rows?: string[][];
  /** In the name and the colours of the unit. */
  branded?: boolean;
}
/** A media that is made of words. */
export interface Slide extends SlideTexts {
  media_id: string;
  revision: number;
  state: Media["state"];
  has_picture: boolean;
}
export interface NewSlide extends SlideTexts {
  find_id: string;
  /** The address of a picture that the find shows, or "". */
  picture: string;
}
export interface SlideEdit extends SlideTexts {
  revision: number;
  keep_picture: boolean;
}

/** Whether a media is a slide. */
export const isSlide = (item: Media) => item.source.mime === "application/vnd.cotmoc.slide+json";

/** A slide as it is compared with what somebody writes: no is an answer too. */
const said = (slide: Slide): Slide => ({ ...slide, branded: slide.branded ?? false });

export const slideQuery = (id: string) =>
  queryOptions({
    queryKey: ["slides", id],
    queryFn: async ({ signal }) => said(await http.get<Slide>(`/slides/${id}`, {}, signal)),
    refetchOnMount: "always", // each save of the media's details makes a new revision
  });

export const slideTemplatesQuery = queryOptions({
  queryKey: ["slide-templates"],
  queryFn: ({ signal }) => http.get<SlideTemplate[]>("/slide-templates", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The words that a template has a place for; the others are left to the form. */
export function placed<T extends SlideTexts>(texts: T, template: SlideTemplate | undefined): T {
  if (!template) return texts;
  const has = (f: SlideField) => template.fields.includes(f);
  const { level = 0, phone = "", time = "", until = "", rows = [], ...rest } = texts;
  return {
    ...rest,
    text: has("text") ? texts.text : "",
    source: has("source") ? texts.source : "",
    date: has("date") ? texts.date : "",
    page: has("page") ? texts.page : "",
    ...(has("level") && level > 0 ? { level } : {}),
    ...(has("phone") && phone ? { phone } : {}),
    ...(has("time") && time ? { time } : {}),
    ...(has("until") && until ? { until } : {}),
    ...(has("rows") && rows.length > 0 ? { rows } : {}),
  } as T;
}

/** A slide is a media: what shows media is renewed with it. */
function useSlideAct<V extends SlideTexts>(act: (value: V) => Promise<Slide>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (value: V) => {
      const templates = await client.ensureQueryData(slideTemplatesQuery);
      return act(
        placed(
          value,
          templates.find((x) => x.name === value.template),
        ),
      );
    },
    onSuccess: (slide) => {
      client.setQueryData(slideQuery(slide.media_id).queryKey, slide);
      void client.invalidateQueries({ queryKey: mediaQuery(slide.media_id).queryKey });
      void client.invalidateQueries({ queryKey: ["media", "list"] });
      void client.invalidateQueries({ queryKey: ["sources"] });
    },
  });
}

export const useMakeSlide = () => useSlideAct(async (body: NewSlide) => said(await http.post<Slide>("/slides", body)));
export const useEditSlide = (id: string) =>
  useSlideAct(async (body: SlideEdit) => said(await http.put<Slide>(`/slides/${id}`, body)));
