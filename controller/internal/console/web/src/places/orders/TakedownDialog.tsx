import { Button, Chip, Group, Input, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { charterQuery } from "@/api/charter";
import { clustersQuery } from "@/api/fleet";
import type { OrderWish } from "@/api/orders";
import { useFocusBack } from "@/ui/useFocusBack";
import { useToast } from "@/ui/useToast";

const SignOrder = lazy(() => import("@/signing/SignOrder"));

interface Props {
  media: { id: string; title: string };
  onClose: () => void;
}

/** Why and where something is taken down at once; then the signature. */
export function TakedownDialog({ media, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  useFocusBack();
  const clusters = useQuery(clustersQuery).data ?? [];
  const count = useQuery(charterQuery).data?.charter?.lift_threshold ?? 2;
  const [reason, setReason] = useState("");
  const [where, setWhere] = useState<string[]>([]);
  const [wish, setWish] = useState<OrderWish | null>(null);
  if (wish) {
    return (
      <Suspense fallback={null}>
        <SignOrder
          wish={wish}
          onClose={onClose}
          onDone={() => {
            onClose();
            toast.done(t("order.takedown_given", { title: media.title }));
          }}
        />
      </Suspense>
    );
  }
  return (
    <Modal opened onClose={onClose} title={t("order.takedown")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack>
        <Text size="sm">{t("order.takedown_hint", { title: media.title, count })}</Text>
        <Textarea
          data-autofocus
          label={t("order.reason")}
          withAsterisk
          placeholder={t("order.reason_example")}
          autosize
          minRows={2}
          maxLength={1000}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <Input.Wrapper label={t("order.where")} description={t("order.where_all")} labelElement="div">
          <Chip.Group multiple value={where} onChange={setWhere}>
            <Group gap={6} mt={6}>
              {clusters.map((c) => (
                <Chip key={c.id} value={c.id} variant="light">
                  {c.name}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button
            disabled={reason.trim() === ""}
            onClick={() => setWish({ kind: "takedown", media_id: media.id, reason: reason.trim(), clusters: where })}
          >
            {t("order.to_sign")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
