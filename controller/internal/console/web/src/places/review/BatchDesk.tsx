import { Button, Checkbox } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAcceptMore } from "@/api/review";
import type { Decide } from "@/signing/SignDecisions";
import { Ago } from "@/ui/Ago";
import { profileName } from "@/ui/profileName";
import { RestButton, useFirst } from "@/ui/RestButton";
import { useToast } from "@/ui/useToast";
import classes from "./Review.module.css";
import { deciding, type Waiting } from "./waitingItems";

const SignDecisions = lazy(() => import("@/signing/SignDecisions"));

/** So many are shown at a time, and at most so many go under one signature. */
const step = 60;
const most = 200;

interface Props {
  waiting: Waiting[];
  /** Under one signature; else accepted in the person's name, which is for added pictures alone. */
  signed: boolean;
  /** Looks at one of them alone; absent where they were looked at before. */
  onOpen?: (id: string) => void;
}

/** Several items at once: choose, look at what is decided on, sign once. */
export function BatchDesk({ waiting, signed, onOpen }: Props) {
  const { t } = useTranslation();
  return (["approve", "review"] as const).map((act) => {
    const items = waiting.filter((w) => w.step === act);
    return (
      items.length > 0 && (
        <BatchOf key={act} act={act} items={items} title={t(`review.step_${act}`)} signed={signed} onOpen={onOpen} />
      )
    );
  });
}

interface PartProps {
  act: "review" | "approve";
  items: Waiting[];
  title: string;
  signed: boolean;
  onOpen: ((id: string) => void) | undefined;
}

function BatchOf({ act, items, title, signed, onOpen }: PartProps) {
  const { t } = useTranslation();
  const toast = useToast();
  const [chosen, setChosen] = useState<string[]>([]);
  const [decide, setDecide] = useState<Decide | null>(null);
  const { first, left, more } = useFirst(items, step);
  const here = items.filter((w) => chosen.includes(w.media.id));
  const all = here.length === Math.min(items.length, most);
  const accept = useAcceptMore();
  const done = (count: number) => {
    toast.done(t(signed ? "review.signed" : "review.decided", { count }));
    setDecide(null);
    setChosen([]);
  };
  const begin = () => {
    const wish: Decide = {
      act,
      items: here
        .slice(0, most)
        .map(({ media }) => ({ media_id: media.id, seen: deciding(media).map((r) => r.digest) })),
    };
    if (signed) setDecide(wish);
    else accept.mutate(wish, { onError: toast.problem, onSuccess: () => done(wish.items.length) });
  };
  return (
    <section className={classes.batch}>
      <header>
        <h2>
          {title} <span>{items.length}</span>
        </h2>
        <Checkbox
          label={t("review.choose_all")}
          checked={all}
          indeterminate={here.length > 0 && !all}
          onChange={() => setChosen(all ? [] : items.slice(0, most).map((w) => w.media.id))}
        />
        <Button
          disabled={here.length === 0}
          loading={accept.isPending}
          leftSection={<IconChecks size={18} />}
          onClick={begin}
        >
          {!signed
            ? t(`review.accept_${act}`)
            : here.length > 0
              ? t(`sign.do_many_${act}`, { count: here.length })
              : t(`sign.do_${act}`)}
        </Button>
      </header>
      <ul>
        {first.map(({ media }) => {
          const last = media.decisions.findLast((d) => d.decision === "approve" || d.decision === "review");
          return (
            <li key={media.id} data-chosen={chosen.includes(media.id) || undefined}>
              <label htmlFor={`choose-${media.id}`}>
                <Checkbox
                  id={`choose-${media.id}`}
                  aria-label={media.title}
                  checked={chosen.includes(media.id)}
                  onChange={(e) =>
                    setChosen(e.currentTarget.checked ? [...chosen, media.id] : chosen.filter((c) => c !== media.id))
                  }
                />
                {media.supplement ? (
                  deciding(media).map((r) => (
                    <img
                      key={r.profile}
                      className={classes.added}
                      style={{ aspectRatio: `${r.width} / ${r.height}` }}
                      src={r.poster_url}
                      alt={profileName(t, r.profile)}
                      title={profileName(t, r.profile)}
                      loading="lazy"
                    />
                  ))
                ) : (
                  <img src={media.thumbnail_url} alt="" loading="lazy" />
                )}
                <strong>{media.title}</strong>
              </label>
              <small>
                {last ? (
                  <>
                    {t(`media.did_${last.decision}`, { name: last.person.name })} · <Ago at={last.at} />
                  </>
                ) : (
                  media.author.name
                )}
              </small>
              {onOpen && (
                <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onOpen(media.id)}>
                  {t("review.look_closer")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <RestButton left={left} more={more} />
      <Suspense fallback={null}>
        {decide && (
          <SignDecisions decide={decide} onClose={() => setDecide(null)} onDone={() => done(decide.items.length)} />
        )}
      </Suspense>
    </section>
  );
}
