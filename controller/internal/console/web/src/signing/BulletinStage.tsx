import { useLayoutEffect, useRef } from "react";
import classes from "./BulletinStage.module.css";
import type { BulletinText } from "./order";
import { letters, shrink } from "./shrink";

interface Props {
  text: BulletinText[];
  level: string;
  portrait?: boolean;
}

/** A bulletin as the player's page draws it (agent/internal/player/page), to the size of its frame. */
export function BulletinStage({ text, level, portrait = false }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const it = box.current as HTMLDivElement;
    let gone = false;
    shrink(it, letters(text));
    void document.fonts?.ready.then(() => gone || shrink(it, letters(text))); // letters of another font are of another size
    return () => {
      gone = true;
    };
  });
  return (
    <div className={classes.frame} data-portrait={portrait || undefined}>
      <div ref={box} className={classes.bulletin} data-urgent={level === "urgent" || undefined}>
        {text.map((t) => (
          <article key={t.language} lang={t.language}>
            <h1>{t.title}</h1>
            <p>{t.body}</p>
          </article>
        ))}
      </div>
    </div>
  );
}
