import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type SourceDifference, useKeepMedia } from "@/api/upstream";
import { ReasonDialog } from "@/ui/ReasonDialog";
import { useToast } from "@/ui/useToast";

/** Keeping takes a reason, which the audit log keeps. */
export function KeepDialog({ change, onClose }: { change: SourceDifference; onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const keep = useKeepMedia(change.id);
  // Once it is kept there is no change any more, and this dialog may be gone with its page.
  const kept = () => {
    toast.done(t("upstream.kept"));
    void navigate({ to: "/" });
  };
  return (
    <ReasonDialog
      opened
      title={t("upstream.keep")}
      hint={t(change.media.some((m) => m.held) ? "upstream.keep_hint_held" : "upstream.keep_hint")}
      label={t("upstream.reason")}
      act={t("upstream.keep_it")}
      name="keep_reason"
      maxLength={200}
      pending={keep.isPending}
      onClose={onClose}
      onAct={(reason) => void keep.mutateAsync({ now: change.now, reason }).then(kept, toast.problem)}
    />
  );
}
