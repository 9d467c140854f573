import { Button, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { type CharterPerson, charterQuery } from "@/api/charter";
import { clustersQuery } from "@/api/fleet";
import type { OrderWish } from "@/api/orders";
import { useMe } from "@/api/session";
import type { ScreenState } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { PlaceWords } from "@/signing/PlaceWords";
import { useFocusBack } from "@/ui/useFocusBack";
import { useToast } from "@/ui/useToast";

const SignOrder = lazy(() => import("@/signing/SignOrder"));

/** Whether the charter lets a person place screens that stand in a cluster, or are to. */
const places = (p: CharterPerson, cluster: string) =>
  p.standing === "active" && p.may.includes("place") && (p.clusters.includes("*") || p.clusters.includes(cluster));

/** Where a screen goes and why; then the signature that moves it. */
export function PlaceDialog({ screen: s, onClose }: { screen: ScreenState; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const format = useFormat();
  const toast = useToast();
  const me = useMe();
  const clusters = useQuery(clustersQuery).data ?? [];
  const charter = useQuery(charterQuery).data?.charter;
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const [wish, setWish] = useState<OrderWish | null>(null);
  if (wish) {
    return (
      <Suspense fallback={null}>
        <SignOrder
          wish={wish}
          onClose={onClose}
          onDone={() => {
            onClose();
            const cluster = clusters.find((c) => c.id === to)?.name ?? "";
            toast.done(t("order.place_given", { name: s.name, cluster }));
          }}
        />
      </Suspense>
    );
  }
  const own = charter?.people.find((p) => p.id === me.id && places(p, s.cluster.id));
  const others = charter?.people.filter((p) => places(p, s.cluster.id)).map((p) => p.name) ?? [];
  const open = own ? clusters.filter((c) => c.id !== s.cluster.id && places(own, c.id)) : [];
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={t("order.place_title", { name: s.name })}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        <Text size="sm">{t("order.place_from", { cluster: s.cluster.name })}</Text>
        {charter && !own && (
          <Text size="sm" role="status">
            {t("order.place_not_you", { number: charter.number })}{" "}
            {others.length > 0 ? t("order.place_who", { names: format.list(others) }) : t("order.place_nobody")}
          </Text>
        )}
        {own && open.length === 0 && <Text size="sm">{t("order.place_nowhere")}</Text>}
        {open.length > 0 && (
          <>
            <Select
              data-autofocus
              label={t("order.place_to")}
              placeholder={t("watch.choose_cluster")}
              allowDeselect={false}
              data={open.map((c) => ({ value: c.id, label: c.name }))}
              value={to || null}
              onChange={(v) => v && setTo(v)}
            />
            {to && <PlaceWords from={s.cluster.id} to={to} />}
            <Textarea
              label={t("order.reason")}
              placeholder={t("order.place_example")}
              autosize
              minRows={2}
              maxLength={1000}
              value={reason}
              onChange={(e) => setReason(e.currentTarget.value)}
            />
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t(open.length > 0 ? "app.cancel" : "app.close")}
          </Button>
          {open.length > 0 && (
            <Button
              disabled={to === "" || reason.trim() === ""}
              onClick={() => setWish({ kind: "place", screens: [s.id], cluster: to, reason: reason.trim() })}
            >
              {t("order.to_sign")}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
