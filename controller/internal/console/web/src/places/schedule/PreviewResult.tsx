import { IconPlayerPause } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Preview } from "@/api/types";
import { timeWithSeconds } from "@/time/format";
import { Panel } from "@/ui/Panel";
import classes from "./Preview.module.css";
import week from "./Schedule.module.css";

const at = (text: string) => timeWithSeconds(new Date(text));

/** The answer: the picture, why this one, and what follows. */
export function PreviewResult({ preview: p }: { preview: Preview }) {
  const { t } = useTranslation();
  return (
    <div className={classes.answer}>
      <figure>
        {p.media ? (
          p.media.kind === "video" ? (
            <video
              key={p.media.rendition_url}
              src={p.media.rendition_url}
              poster={p.media.thumbnail_url}
              controls
              muted
              playsInline
            />
          ) : (
            <img src={p.media.rendition_url} alt={p.media.title} />
          )
        ) : (
          <p>{t("schedule.no_picture")}</p>
        )}
        <figcaption>
          <strong>{p.media?.title ?? t("schedule.slate")}</strong>
          <span>
            {p.kind === "slate"
              ? t("schedule.answer_slate")
              : t("schedule.answer_item", { playlist: p.playlist?.title ?? "", entry: p.entry?.title ?? "" })}
          </span>
          {p.kind === "item" && (
            <span>
              {at(p.slot_start)} – {at(p.slot_end)}
            </span>
          )}
        </figcaption>
      </figure>
      <div>
        {p.held.length > 0 && (
          <Panel title={t("upstream.held_here")}>
            <ul className={classes.held}>
              {p.held.map((m) => (
                <li key={m.id}>
                  <IconPlayerPause size={16} aria-hidden="true" />
                  <Link to="/content/$id" params={{ id: m.id }}>
                    {m.title}
                  </Link>
                </li>
              ))}
            </ul>
          </Panel>
        )}
        {p.eligible.length > 0 && (
          <Panel title={t("schedule.eligible")}>
            <ol className={classes.eligible}>
              {p.eligible.map((e) => (
                <li key={e.entry_id} data-wins={e.entry_id === p.entry?.id || undefined}>
                  <span className={week.priority}>{e.priority}</span>
                  {e.title}
                </li>
              ))}
            </ol>
          </Panel>
        )}
        <Panel title={t("schedule.next")} flush>
          <ol
            className={classes.next}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the list scrolls, and the keyboard must reach that
            tabIndex={0}
          >
            {p.next.map((n) => (
              <li key={n.slot_start}>
                <time>{at(n.slot_start)}</time>
                {n.media ? (
                  <img src={n.media.thumbnail_url} alt="" loading="lazy" />
                ) : (
                  <span className={classes.noPicture} />
                )}
                <span>{n.media?.title ?? t("schedule.slate")}</span>
              </li>
            ))}
          </ol>
        </Panel>
      </div>
    </div>
  );
}
