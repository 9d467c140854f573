import { useHotkeys } from "@mantine/hooks";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDecide } from "@/api/media";
import { RenditionStage } from "@/ui/RenditionStage";
import { useToast } from "@/ui/useToast";
import { DecisionColumn } from "./DecisionColumn";
import { QueueStrip } from "./QueueStrip";
import classes from "./Review.module.css";
import { deciding, neighbour, type Waiting } from "./waitingItems";

const SignDecisions = lazy(() => import("@/signing/SignDecisions"));

interface Props {
  waiting: Waiting[];
  chosen: string | undefined;
  /** Decisions are signed: the charter is in force. */
  signed: boolean;
  onChoose: (id: string | undefined) => void;
}

/** The very pixels that will be shown, and one decision with a reason. */
export function ReviewDesk({ waiting, chosen, signed, onChoose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const decide = useDecide();
  const current = waiting.find((w) => w.media.id === chosen) ?? waiting[0];
  const id = current?.media.id ?? "";
  const renditions = current ? deciding(current.media) : [];
  const [looked, setLooked] = useState<{ id: string; profile: string; seen: string[] }>({
    id: "",
    profile: "",
    seen: [],
  });
  const profile = (looked.id === id && looked.profile) || (renditions[0]?.profile ?? "");
  const seen = looked.id === id ? [...new Set([...looked.seen, profile])] : [profile];
  const unseen = renditions.find((r) => !seen.includes(r.profile));
  const [returning, setReturning] = useState("");
  const [signing, setSigning] = useState<Waiting | null>(null);
  const reason = useRef<HTMLTextAreaElement>(null);

  const show = (next: string) => setLooked({ id, profile: next, seen: [...seen, next] });
  const give = (decision: "accept" | "return", why: string) => {
    if (!current || decide.isPending) return;
    const done = current;
    decide.mutate(
      { id, step: current.step, decision, reason: why, renditions: renditions.map((r) => r.digest) },
      {
        onError: toast.problem,
        onSuccess: () => {
          setReturning("");
          after(done, decision === "return" ? "review.returned" : `review.accepted_${done.step}`);
        },
      },
    );
  };
  const accept = () => {
    if (unseen) {
      show(unseen.profile);
      toast.done(t("review.look_first"));
    } else if (signed) setSigning(current ?? null);
    else give("accept", "");
  };
  const after = (done: Waiting, words: string) => {
    onChoose(neighbour(waiting, done.media.id, 1));
    toast.done(t(words, { title: done.media.title }));
  };
  const beginReturn = () => {
    setReturning(id);
    requestAnimationFrame(() => reason.current?.focus());
  };
  useHotkeys(
    signing
      ? []
      : [
          ["A", accept],
          ["R", beginReturn],
          ["J", () => onChoose(neighbour(waiting, id, 1))],
          ["K", () => onChoose(neighbour(waiting, id, -1))],
          ...renditions.slice(0, 9).map((r, i): [string, () => void] => [String(i + 1), () => show(r.profile)]),
        ],
  );
  if (!current) return null;
  return (
    <div className={classes.desk}>
      <div className={classes.stage}>
        <RenditionStage
          title={current.media.title}
          renditions={renditions}
          profile={profile}
          onProfile={show}
          height="var(--stage-height)"
        />
      </div>
      <DecisionColumn
        waiting={current}
        busy={decide.isPending}
        returning={returning === id}
        reasonRef={reason}
        unseen={unseen?.profile}
        onAccept={accept}
        onBeginReturn={beginReturn}
        onCancelReturn={() => setReturning("")}
        onReturn={(why) => give("return", why)}
      />
      <QueueStrip waiting={waiting} current={id} onChoose={onChoose} />
      <Suspense fallback={null}>
        {signing && (
          <SignDecisions
            decide={{
              act: signing.step,
              items: [{ media_id: signing.media.id, seen: deciding(signing.media).map((r) => r.digest) }],
            }}
            onClose={() => setSigning(null)}
            onDone={() => {
              setSigning(null);
              after(signing, `review.accepted_${signing.step}`);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
