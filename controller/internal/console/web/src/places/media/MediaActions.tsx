import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconBan, IconDots, IconEdit, IconSend, IconTrash, IconUrgent } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeleteMedia, useRestoreMedia, useReviseMedia } from "@/api/media";
import { useOrderRights } from "@/api/rights";
import type { Media } from "@/api/types";
import { useToast } from "@/ui/useToast";
import { TakedownDialog } from "../orders/TakedownDialog";
import { SubmitDialog } from "./SubmitDialog";
import { WithdrawDialog } from "./WithdrawDialog";

/** The one next step of the item as a button; what is rarer behind the dots. */
export function MediaActions({ item }: { item: Media }) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const revise = useReviseMedia();
  const remove = useDeleteMedia();
  const restore = useRestoreMedia();
  const [submitting, setSubmitting] = useState(false);
  const [takingDown, setTakingDown] = useState(false);
  const mayTakeDown = useOrderRights().takeDown && item.decisions.some((d) => d.decision === "approve");
  const [withdrawing, setWithdrawing] = useState(false);
  const onError = (e: unknown) => toast.problem(e);
  const revisable = item.may.edit || ["approved", "withdrawn", "returned"].includes(item.state);
  const deleteIt = () =>
    void remove.mutateAsync(item.id).then(() => {
      void navigate({ to: "/content" });
      const putBack = () => void restore.mutateAsync(item.id).catch(onError);
      toast.undoable(t("media.deleted", { title: item.title }), putBack);
    }, onError);
  return (
    <>
      {item.may.submit && (
        <Button leftSection={<IconSend size={18} />} onClick={() => setSubmitting(true)}>
          {t("media.submit")}
        </Button>
      )}
      {(mayTakeDown || item.may.delete || item.may.withdraw || (revisable && !item.may.submit)) && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" aria-label={t("app.more")}>
              <IconDots size={20} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {revisable && !item.may.edit && (
              <Menu.Item
                leftSection={<IconEdit size={18} />}
                onClick={() => revise.mutate({ id: item.id }, { onError })}
              >
                {t("media.revise")}
              </Menu.Item>
            )}
            {item.may.withdraw && (
              <Menu.Item color="red" leftSection={<IconBan size={18} />} onClick={() => setWithdrawing(true)}>
                {t("media.withdraw")}
              </Menu.Item>
            )}
            {mayTakeDown && (
              <Menu.Item color="red" leftSection={<IconUrgent size={18} />} onClick={() => setTakingDown(true)}>
                {t("order.takedown")}
              </Menu.Item>
            )}
            {item.may.delete && (
              <Menu.Item color="red" leftSection={<IconTrash size={18} />} onClick={deleteIt}>
                {t("media.delete")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      <SubmitDialog item={item} opened={submitting} onClose={() => setSubmitting(false)} />
      {takingDown && <TakedownDialog media={item} onClose={() => setTakingDown(false)} />}
      <WithdrawDialog item={item} opened={withdrawing} onClose={() => setWithdrawing(false)} />
    </>
  );
}
