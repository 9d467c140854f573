import type { TFunction } from "i18next";
import type { SourceArticle } from "@/api/sources";

/** What a page's picture or film is called: its own words, or its number. */
export function fileName(
  t: TFunction,
  { pictures, videos }: Pick<SourceArticle, "pictures" | "videos">,
  address: string,
) {
  const picture = pictures.findIndex((p) => p.address === address);
  if (picture >= 0) return pictures[picture]?.alt || t("sources.picture_n", { n: picture + 1 });
  const film = videos.findIndex((v) => v.address === address);
  return videos[film]?.alt || t("sources.film_n", { n: film + 1 });
}
