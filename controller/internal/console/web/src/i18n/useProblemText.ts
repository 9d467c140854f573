import i18next from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import type { Reason } from "@/api/types";

type Translate = (key: string, params?: Record<string, unknown>) => string;

/** A reason code with its params as a sentence; an unknown code gives the general one that names it. */
export function reasonText(t: Translate, reason: Reason): string {
  const key = `reason.${reason.reason}`;
  if (reason.reason && i18next.exists(key)) return t(key, reason.params ?? {});
  return t("reason.unknown", { reason: reason.reason });
}

/** Turns whatever was thrown into a sentence for people. */
export function useProblemText() {
  const { t } = useTranslation();
  return useCallback(
    (error: unknown) => {
      const p = asProblem(error);
      return reasonText(t as Translate, { reason: p.reason || p.code, params: p.params });
    },
    [t],
  );
}
