import { Button, Checkbox } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decide } from "@/signing/SignDecisions";
import { Ago } from "@/ui/Ago";
import { RestButton, useFirst } from "@/ui/RestButton";
import { useToast } from "@/ui/useToast";
import classes from "./Review.module.css";
import type { Waiting } from "./waitingItems";

const SignDecisions = lazy(() => import("@/signing/SignDecisions"));

/** So many are shown at a time, and at most so many go under one signature. */
const step = 60;
const most = 200;

interface Props {
  waiting: Waiting[];
  /** Looks at one of them alone; absent where they were looked at before. */
  onOpen?: (id: string) => void;
}

/** Several items under one signature: choose, look at what is signed, sign once. */
export function BatchDesk({ waiting, onOpen }: Props) {
  const { t } = useTranslation();
  return (["approve", "review"] as const).map((act) => {
    const items = waiting.filter((w) => w.step === act);
    return (
      items.length > 0 && <BatchOf key={act} act={act} items={items} title={t(`review.step_${act}`)} onOpen={onOpen} />
    );
  });
}

interface PartProps {
  act: "review" | "approve";
  items: Waiting[];
  title: string;
  onOpen: ((id: string) => void) | undefined;
}

function BatchOf({ act, items, title, onOpen }: PartProps) {
  const { t } = useTranslation();
  const toast = useToast();
  const [chosen, setChosen] = useState<string[]>([]);
  const [decide, setDecide] = useState<Decide | null>(null);
  const { first, left, more } = useFirst(items, step);
  const here = items.filter((w) => chosen.includes(w.media.id));
  const all = here.length === Math.min(items.length, most);
  const begin = () =>
    setDecide({
      act,
      items: here
        .slice(0, most)
        .map(({ media }) => ({ media_id: media.id, seen: media.renditions.map((r) => r.digest) })),
    });
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
        <Button disabled={here.length === 0} leftSection={<IconChecks size={18} />} onClick={begin}>
          {here.length > 0 ? t(`sign.do_many_${act}`, { count: here.length }) : t(`sign.do_${act}`)}
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
                <img src={media.thumbnail_url} alt="" loading="lazy" />
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
          <SignDecisions
            decide={decide}
            onClose={() => setDecide(null)}
            onDone={() => {
              toast.done(t("review.signed", { count: decide.items.length }));
              setDecide(null);
              setChosen([]);
            }}
          />
        )}
      </Suspense>
    </section>
  );
}
