import { useTranslation } from "react-i18next";
import { useReject } from "@/api/sources";
import { ReasonDialog } from "@/ui/ReasonDialog";
import { useToast } from "@/ui/useToast";

interface Props {
  id: string;
  opened: boolean;
  onClose: () => void;
}

/** Saying no takes a reason, for whoever comes upon the page again. */
export function RejectDialog({ id, opened, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const reject = useReject(id);
  return (
    <ReasonDialog
      opened={opened}
      title={t("sources.reject")}
      label={t("sources.reject_reason")}
      act={t("sources.reject")}
      name="reject_reason"
      maxLength={200}
      pending={reject.isPending}
      onClose={onClose}
      onAct={(reason) => reject.mutate(reason, { onError: toast.problem, onSuccess: onClose })}
    />
  );
}
