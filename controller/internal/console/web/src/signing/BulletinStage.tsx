import classes from "./BulletinStage.module.css";
import type { BulletinText } from "./order";

interface Props {
  text: BulletinText[];
  level: string;
  portrait?: boolean;
}

/** A bulletin as the player's page draws it (agent/internal/player/page), to the size of its frame. */
export function BulletinStage({ text, level, portrait = false }: Props) {
  const length = text.reduce((n, t) => n + t.title.length * 2 + t.body.length, 0);
  const size = Math.min(7, 150 / Math.sqrt(length + 60)).toFixed(2);
  return (
    <div className={classes.frame} data-portrait={portrait || undefined}>
      <div
        className={classes.bulletin}
        data-urgent={level === "urgent" || undefined}
        style={{ fontSize: `${size}cqmin` }}
      >
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
