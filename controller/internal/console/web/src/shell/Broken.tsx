import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { asFault } from "@/api/problem";
import { useProblemText } from "@/i18n/useProblemText";
import { Empty } from "@/ui/Empty";

/** A page that could not be shown: says why and offers to try again. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const say = useProblemText();
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Empty
      icon={IconAlertTriangle}
      title={t("app.error_title")}
      hint={say(asFault(error))}
      action={<Button onClick={again}>{t("app.retry")}</Button>}
    />
  );
}
