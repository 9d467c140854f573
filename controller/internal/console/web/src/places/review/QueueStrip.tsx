import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Review.module.css";
import type { Waiting } from "./waitingItems";

interface Props {
  waiting: Waiting[];
  current: string;
  onChoose: (id: string) => void;
}

/** The queue as a strip of pictures; J and K walk along it. */
export function QueueStrip({ waiting, current, onChoose }: Props) {
  const { t } = useTranslation();
  const strip = useRef<HTMLUListElement>(null);
  useEffect(() => {
    strip.current
      ?.querySelector(`[data-id="${CSS.escape(current)}"]`)
      ?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [current]);
  return (
    <ul ref={strip} className={classes.strip} aria-label={t("review.queue")}>
      {waiting.map(({ media, step }) => (
        <li key={media.id}>
          <button
            type="button"
            data-id={media.id}
            aria-current={media.id === current}
            onClick={() => onChoose(media.id)}
            title={media.title}
          >
            <img src={media.thumbnail_url} alt="" loading="lazy" />
            <span>{media.title}</span>
            <small>{t(`review.step_${step}`)}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}
