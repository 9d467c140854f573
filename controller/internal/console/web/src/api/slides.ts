import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "./http";
import { mediaQuery } from "./media";
import { asProblem } from "./problem";
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
  /** Where the QR code leads, or "". */
  page: string;
  /** Whether the code is a short address that counts how often it is used. */
  count: boolean;
  /** The page of a counted code in other languages than the slide's. */
  pages: Partial<Record<PageLanguage, string>>;
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

export type PageLanguage = "vi" | "en" | "lo" | "zh";
export const pageLanguages: PageLanguage[] = ["vi", "en", "lo", "zh"];

/** A media that is made of words. */
export interface Slide extends SlideTexts {
  media_id: string;
  revision: number;
  state: Media["state"];
  has_picture: boolean;
  /** The picture of the library that it shows, or "". */
  photo_id: string;
  /** The address in a counted code, otherwise "". */
  short: string;
}

/** The texts of a slide alone, in one order, so that they compare. */
export function textsOf(slide: SlideTexts | Slide): SlideTexts {
  const others = { media_id: 0, revision: 0, state: 0, has_picture: 0, photo_id: 0, short: 0, pages: 0 };
  const texts = Object.entries(slide).filter(([key]) => !(key in others));
  const pages = pageLanguages.flatMap((l) => (slide.pages[l] ? [[l, slide.pages[l]]] : []));
  return { ...Object.fromEntries(texts.sort()), pages: Object.fromEntries(pages) } as SlideTexts;
}

export interface NewSlide extends SlideTexts {
  find_id: string;
  /** The address of a picture that the find shows, or "". */
  picture: string;
  /** A picture of the library instead, or "". */
  photo_id: string;
}
export interface SlideEdit extends SlideTexts {
  revision: number;
  keep_picture: boolean;
  /** Another picture, of the library, or "". */
  photo_id: string;
}

/** A slide as it stands in the form, to be drawn and not kept. */
export interface SlideDraft extends SlideTexts {
  /** The slide that is changed, or "". */
  slide_id: string;
  find_id: string;
  picture: string;
  photo_id: string;
  keep_picture: boolean;
}
/** A slide in one profile. */
export interface SlidePicture {
  profile: string;
  width: number;
  height: number;
  /** Base64. */
  jpeg: string;
}

/** What a draft looks like. A newer draft takes the older one's place at the controller, too. */
export const previewQuery = (draft: SlideDraft) =>
  queryOptions({
    queryKey: ["slides", "preview", draft],
    queryFn: async ({ signal, client }) => {
      const template = (await client.ensureQueryData(slideTemplatesQuery)).find((x) => x.name === draft.template);
      return (await http.post<{ pictures: SlidePicture[] }>("/slides/preview", placed(draft, template), signal))
        .pictures;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: (previous) => previous,
    retry: (times, error) => times < 6 && asProblem(error).reason === "preview_busy",
    retryDelay: 3000,
  });

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
    count: has("page") && texts.count,
    pages: has("page") ? texts.pages : {},
    ...(has("level") && level > 0 ? { level } : {}),
    ...(has("phone") && phone ? { phone } : {}),
    ...(has("time") && time ? { time } : {}),
    ...(has("until") && until ? { until } : {}),
    ...(has("rows") && rows.length > 0 ? { rows } : {}),
  } as T;
}

/** Whether a template has a place for a field. */
export function useHasPlace(name: SlideTexts["template"], field: SlideField): boolean {
  const templates = useQuery(slideTemplatesQuery).data ?? [];
  return templates.some((x) => x.name === name && x.fields.includes(field));
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
      void client.invalidateQueries({ queryKey: ["scans"] });
    },
  });
}

export const useMakeSlide = () => useSlideAct(async (body: NewSlide) => said(await http.post<Slide>("/slides", body)));
export const useEditSlide = (id: string) =>
  useSlideAct(async (body: SlideEdit) => said(await http.put<Slide>(`/slides/${id}`, body)));
