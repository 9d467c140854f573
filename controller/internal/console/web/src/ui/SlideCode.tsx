import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { isSlide, pageLanguages, slideQuery } from "@/api/slides";
import type { Media } from "@/api/types";
import { Panel } from "./Panel";
import classes from "./SlideCode.module.css";

/** Where the code on a slide leads: people decide on that, too. */
export function SlideCode({ item }: { item: Media }) {
  const { t } = useTranslation();
  const slide = useQuery({ ...slideQuery(item.id), enabled: isSlide(item) }).data;
  if (!slide || slide.page === "") return null;
  const others = pageLanguages.flatMap((l) => {
    const page = slide.pages[l];
    return page ? [{ l, page }] : [];
  });
  return (
    <Panel title={t("slides.code_leads")}>
      <ul className={classes.pages}>
        {[{ l: slide.language, page: slide.page }, ...others].map(({ l, page }) => (
          <li key={l}>
            {slide.count && <span>{t(`scans.language_${l}`)}</span>}
            <a href={page} target="_blank" rel="noreferrer">
              {page}
            </a>
          </li>
        ))}
        {slide.count && (
          <li>
            <span>{t("slides.count_short")}</span>
            <code>{slide.short}</code>
          </li>
        )}
      </ul>
    </Panel>
  );
}
