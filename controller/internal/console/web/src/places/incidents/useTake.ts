import { useTranslation } from "react-i18next";
import { type Incident, useAcknowledge, useRelease } from "@/api/incidents";
import { useToast } from "@/ui/useToast";
import { placeWords } from "./incidentWords";

/** Takes an incident with one touch; what was touched by mistake is given back with another. */
export function useTake() {
  const { t } = useTranslation();
  const toast = useToast();
  const take = useAcknowledge();
  const release = useRelease();
  return {
    pending: take.isPending,
    take: (i: Incident) => {
      const giveBack = () => void release.mutateAsync(i.id).catch(toast.problem);
      const taken = () => toast.undoable(t("incident.taken_toast", { what: placeWords(i) }), giveBack);
      void take.mutateAsync(i.id).then(taken, toast.problem);
    },
  };
}
