import { Alert, Modal, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertOctagonFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  type Order,
  type OrderWish,
  orderToSign,
  prepareOrder,
  type TakenOrder,
  useGiveOrder,
  useSignOrder,
} from "@/api/orders";
import type { Hand, Signer } from "@/api/signing";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { base64 } from "./bytes";
import { OrderView } from "./OrderView";
import { orderType } from "./order";
import { type CheckedOrder, checkOrder } from "./orderEvidence";
import classes from "./Signing.module.css";
import { SignPane } from "./SignPane";

interface Props {
  /** A new order, or one that waits for another signature. */
  wish?: OrderWish;
  waiting?: Order;
  onClose: () => void;
  onDone: (taken: TakenOrder) => void;
}

/** Shows an order as it is signed, read from its bytes, and signs it. */
export default function SignOrder({ wish, waiting, onClose, onDone }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const phone = useMediaQuery("(max-width: 47.99em)", undefined, { getInitialValueInEffect: false });
  const prepared = useQuery({
    queryKey: ["order-to-sign", wish ?? waiting?.id], // not one of "orders": signing must not fetch it again
    queryFn: async () => {
      const p = await (waiting ? orderToSign(waiting.id) : prepareOrder(wish as OrderWish));
      return { ...p, checked: await checkOrder(p, waiting ?? (wish as OrderWish)) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const checked = prepared.data?.checked;
  const kind = wish?.kind ?? waiting?.kind ?? "lift";
  return (
    <Modal
      opened
      onClose={onClose}
      size={kind === "bulletin" ? 880 : 560}
      fullScreen={phone ?? false}
      title={t(`order.sign_${kind}`)}
      closeButtonProps={{ "aria-label": t("app.close") }}
      classNames={{ body: classes.body, content: classes.content }}
    >
      {prepared.error && <ProblemNote error={prepared.error} />}
      {prepared.isPending && <Skeleton height={240} />}
      {typeof checked === "string" && (
        <Alert color="marker" icon={<IconAlertOctagonFilled size={20} />} role="alert" title={t("sign.stop")}>
          {t(`order.fault_${checked}`)}
        </Alert>
      )}
      {prepared.data && checked && typeof checked !== "string" && (
        <Signing
          checked={checked}
          signers={prepared.data.credentials}
          needs={prepared.data.needs}
          signed={prepared.data.signed}
          waiting={waiting ?? null}
          onDone={onDone}
        />
      )}
    </Modal>
  );
}

interface SigningProps {
  checked: CheckedOrder;
  signers: Signer[];
  needs: number;
  signed: number;
  waiting: Order | null;
  onDone: (taken: TakenOrder) => void;
}

function Signing({ checked, signers, needs, signed, waiting, onDone }: SigningProps) {
  const { t } = useTranslation();
  const give = useGiveOrder();
  const sign = useSignOrder();
  const send = (hand: Hand) =>
    waiting
      ? sign.mutate({ id: waiting.id, signature: hand }, { onSuccess: onDone })
      : give.mutate({ order: base64(checked.payload), hands: [hand] }, { onSuccess: onDone });
  const error = give.error ?? sign.error;
  return (
    <>
      <div className={classes.scroll}>
        <OrderView words={checked.words} />
      </div>
      <footer className={classes.foot}>
        {error && <ProblemNote error={error} />}
        {checked.words.kind === "lift" && <p className={classes.quiet}>{t("order.lift_hint")}</p>}
        {needs > 1 && (
          <p className={classes.quiet}>
            {signed > 0 && waiting
              ? t("order.needs_by", { count: needs, names: waiting.by.join(", ") })
              : t("order.needs", { count: needs, signed })}
          </p>
        )}
        <SignPane
          signers={signers}
          payloadType={orderType}
          payload={checked.payload}
          challenge={checked.challenge}
          action={t(`order.do_${checked.words.kind}`)}
          ready
          busy={give.isPending || sign.isPending}
          onHand={send}
        />
      </footer>
    </>
  );
}
