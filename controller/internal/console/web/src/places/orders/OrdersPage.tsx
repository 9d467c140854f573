import { Button, Skeleton } from "@mantine/core";
import { IconShieldCheck, IconSpeakerphone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Order, type OrderWish, ordersQuery, pastOrdersQuery, waitingOrdersQuery } from "@/api/orders";
import { useOrderRights } from "@/api/rights";
import { Empty } from "@/ui/Empty";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import { ScreenTabs } from "../screens/ScreenTabs";
import { OrderCard } from "./OrderCard";
import classes from "./Orders.module.css";

const SignOrder = lazy(() => import("@/signing/SignOrder"));

/** Orders in force with how each screen has taken them, and those that wait for another signature. */
export function OrdersPage() {
  const { t } = useTranslation();
  const toast = useToast();
  const may = useOrderRights();
  const standing = useQuery(ordersQuery);
  const waiting = useQuery({ ...waitingOrdersQuery, refetchInterval: 2000 }).data ?? [];
  const [showPast, setShowPast] = useState(false);
  const past = useQuery({ ...pastOrdersQuery, enabled: showPast }).data?.filter((o) => !o.standing) ?? [];
  const [signing, setSigning] = useState<{ wish?: OrderWish; waiting?: Order } | null>(null);
  const lift = (o: Order) => setSigning({ wish: { kind: "lift", lifts: o.id } });
  return (
    <>
      <PageHead
        title={t("place.screens")}
        aside={<ScreenTabs here="orders" />}
        actions={
          may.bulletin && (
            <Button component={Link} to="/screens/bulletin" leftSection={<IconSpeakerphone size={18} />}>
              {t("order.compose")}
            </Button>
          )
        }
      />
      {standing.error && !standing.data && (
        <ProblemNote error={standing.error} onRetry={() => void standing.refetch()} />
      )}
      {waiting.length > 0 && (
        <section className={classes.part}>
          <h2>{t("order.waiting")}</h2>
          <ul className={classes.list}>
            {waiting.map((o) => (
              <OrderCard
                key={o.id}
                order={o}
                of={standing.data?.find((s) => s.id === o.lifts)}
                onSign={may.takeDown && !o.mine ? () => setSigning({ waiting: o }) : undefined}
              />
            ))}
          </ul>
        </section>
      )}
      <section className={classes.part}>
        {waiting.length > 0 && <h2>{t("order.standing")}</h2>}
        {standing.isPending && <Skeleton height={320} radius="md" />}
        {standing.data?.length === 0 && (
          <Empty icon={IconShieldCheck} title={t("order.empty")} hint={t("order.empty_hint")} />
        )}
        <ul className={classes.list}>
          {standing.data?.map((o) => {
            const asked = waiting.some((w) => w.lifts === o.id);
            const liftable =
              may.takeDown && !asked && (o.kind === "takedown" || o.kind === "bulletin" || o.kind === "safe");
            return <OrderCard key={o.id} order={o} lifting={asked} onLift={liftable ? () => lift(o) : undefined} />;
          })}
        </ul>
      </section>
      <section className={classes.part}>
        {showPast ? (
          <>
            <h2>{t("order.past")}</h2>
            <ul className={classes.list}>
              {past.map((o) => (
                <OrderCard
                  key={o.id}
                  order={o}
                  of={[...past, ...(standing.data ?? [])].find((s) => s.id === o.lifts)}
                />
              ))}
            </ul>
            {past.length === 0 && <p className={classes.quiet}>{t("order.past_none")}</p>}
          </>
        ) : (
          <Button variant="subtle" color="gray" onClick={() => setShowPast(true)}>
            {t("order.show_past")}
          </Button>
        )}
      </section>
      <Suspense fallback={null}>
        {signing && (
          <SignOrder
            {...signing}
            onClose={() => setSigning(null)}
            onDone={({ signed, needs }) => {
              setSigning(null);
              toast.done(signed < needs ? t("order.lift_waits", { signed, needs }) : t("order.lifted"));
            }}
          />
        )}
      </Suspense>
    </>
  );
}
