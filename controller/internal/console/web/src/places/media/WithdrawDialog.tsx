import { useTranslation } from "react-i18next";
import { useWithdrawMedia } from "@/api/media";
import type { Media } from "@/api/types";
import { ReasonDialog } from "@/ui/ReasonDialog";
import { useToast } from "@/ui/useToast";

interface Props {
  item: Media;
  opened: boolean;
  onClose: () => void;
}

/** Withdrawing reaches every screen and cannot be undone: it asks for a reason. */
export function WithdrawDialog({ item, opened, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const withdraw = useWithdrawMedia();
  const onSuccess = () => {
    onClose();
    toast.done(t("media.withdrawn"));
  };
  return (
    <ReasonDialog
      opened={opened}
      title={t("media.withdraw_title")}
      hint={t("media.withdraw_hint", { title: item.title })}
      label={t("media.withdraw_reason")}
      act={t("media.withdraw")}
      name="withdraw_reason"
      pending={withdraw.isPending}
      onClose={onClose}
      onAct={(reason) => withdraw.mutate({ id: item.id, reason }, { onError: toast.problem, onSuccess })}
    />
  );
}
