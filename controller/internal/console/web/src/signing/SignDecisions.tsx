import { Alert, Modal, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertOctagonFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { type Hand, prepareDecisions, useGiveDecisions } from "@/api/signing";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { base64 } from "./bytes";
import { type Checked, checkPrepared } from "./evidence";
import classes from "./Signing.module.css";
import { SignPane } from "./SignPane";
import { StatementRow } from "./StatementRow";
import { StatementView } from "./StatementView";
import { useEvidence } from "./useEvidence";

export interface Decide {
  act: "review" | "approve";
  items: { media_id: string; seen: string[] }[];
}

interface Props {
  decide: Decide;
  onClose: () => void;
  onDone: () => void;
}

/** Shows exactly what is signed, read from the bytes that are signed, and signs it. */
export default function SignDecisions({ decide, onClose, onDone }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const phone = useMediaQuery("(max-width: 47.99em)", undefined, { getInitialValueInEffect: false });
  const me = useMe();
  const prepared = useQuery({
    queryKey: ["decisions", "prepared", decide],
    queryFn: async () => {
      const p = await prepareDecisions(decide.act, decide.items);
      const media = decide.items.map((i) => i.media_id);
      return { signers: p.credentials, checked: await checkPrepared(p, { act: decide.act, media, person: me.id }) };
    },
    staleTime: Number.POSITIVE_INFINITY, // what is signed does not change under the reader
    gcTime: 0,
    retry: false,
  });
  const checked = prepared.data?.checked;
  const fault = typeof checked === "string" ? checked : null;
  const count = decide.items.length;
  return (
    <Modal
      opened
      onClose={onClose}
      size={count > 1 ? 880 : 1080}
      fullScreen={phone ?? false}
      title={count > 1 ? t(`sign.title_many_${decide.act}`, { count }) : t(`sign.title_${decide.act}`)}
      closeButtonProps={{ "aria-label": t("app.close") }}
      classNames={{ body: classes.body, content: classes.content }}
    >
      {prepared.error && <ProblemNote error={prepared.error} onRetry={() => void prepared.refetch()} />}
      {prepared.isPending && <Skeleton height={420} />}
      {fault && (
        <Alert color="marker" icon={<IconAlertOctagonFilled size={20} />} role="alert" title={t("sign.stop")}>
          {t(`sign.fault_${fault}`)}
        </Alert>
      )}
      {prepared.data && checked && typeof checked !== "string" && (
        <Signing decide={decide} checked={checked} signers={prepared.data.signers} onDone={onDone} />
      )}
    </Modal>
  );
}

interface SigningProps {
  decide: Decide;
  checked: Checked;
  signers: Parameters<typeof SignPane>[0]["signers"];
  onDone: () => void;
}

function Signing({ decide, checked, signers, onDone }: SigningProps) {
  const { t } = useTranslation();
  const give = useGiveDecisions();
  const words = useMemo(() => checked.statements.map((s) => s.words), [checked]);
  const evidence = useEvidence(words);
  const one = words.length === 1 ? words[0] : undefined;
  const send = (signature: Hand) =>
    give.mutate(
      {
        statements: checked.statements.map((s) => s.bytes),
        batch: one ? null : base64(checked.payload),
        signature,
      },
      { onSuccess: onDone },
    );
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach that */}
      <div className={classes.scroll} tabIndex={0}>
        {one ? (
          <StatementView words={one} found={evidence.found} />
        ) : (
          <ul className={classes.rows}>
            {words.map((w) => (
              <StatementRow key={w.predicate.media} words={w} found={evidence.found} />
            ))}
          </ul>
        )}
      </div>
      <footer className={classes.foot}>
        {evidence.differs && (
          <Alert color="marker" icon={<IconAlertOctagonFilled size={20} />} role="alert" title={t("sign.stop")}>
            {t("sign.fault_digest")}
          </Alert>
        )}
        {evidence.failed && !evidence.differs && (
          <ProblemNote error={new TypeError("cannot fetch a rendition")} onRetry={evidence.again} />
        )}
        {give.error && <ProblemNote error={give.error} />}
        {give.error && !one && <p>{t("sign.batch_again")}</p>}
        {!evidence.differs && (
          <>
            <p className={classes.quiet} role="status">
              {evidence.complete
                ? t("sign.all_same", { count: evidence.total })
                : t("sign.checking", { done: evidence.done, count: evidence.total })}
            </p>
            <SignPane
              signers={signers}
              payloadType={checked.payloadType}
              payload={checked.payload}
              challenge={checked.challenge}
              action={one ? t(`sign.do_${decide.act}`) : t(`sign.do_many_${decide.act}`, { count: words.length })}
              ready={evidence.complete}
              busy={give.isPending}
              onHand={send}
            />
          </>
        )}
      </footer>
    </>
  );
}
