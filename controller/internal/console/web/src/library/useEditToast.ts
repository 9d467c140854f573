import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type MediaOutcome, useUndoEdit } from "@/api/library";
import { useFormat } from "@/i18n/useFormat";
import { useToast } from "@/ui/useToast";

/** Says what became of an edit of many, which can be undone from there, and of undoing one. */
export function useEditToast() {
  const { t } = useTranslation();
  const format = useFormat();
  const toast = useToast();
  const { mutateAsync } = useUndoEdit();
  return useMemo(() => {
    const undone = (o: MediaOutcome) => {
      const words = { count: o.changed, n: format.number(o.changed), refused: format.number(o.refused.length) };
      toast.done(o.refused.length > 0 ? t("library.undone_some", words) : t("library.undone", words));
    };
    // Who asked may have gone from the page by then: a dialog that closed.
    const undo = (id: string) => void mutateAsync(id).then(undone, toast.problem);
    const edited = (o: MediaOutcome) => {
      if (o.changed === 0) return toast.done(t("library.nothing_changed"));
      toast.undoable(t("library.edited", { count: o.changed, n: format.number(o.changed) }), () => undo(o.edit_id));
    };
    return { edited, undo };
  }, [t, format, toast, mutateAsync]);
}
