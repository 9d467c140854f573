import { Button } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconHelpCircle, IconSend } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type AlertTried, useTestChannel } from "@/api/alerts";
import { reasonText, useProblemText } from "@/i18n/useProblemText";
import classes from "./Alerts.module.css";

/** Sends now and says for every receiver how it went. */
export function TestButton({ channel }: { channel: string }) {
  const { t } = useTranslation();
  const say = useProblemText();
  const test = useTestChannel();
  const word = (x: AlertTried) => {
    if (x.arrived) return t("alert.test_arrived", { target: x.target });
    const why = reasonText(t as Parameters<typeof reasonText>[0], x.trouble);
    return t(x.doubt ? "alert.test_doubt" : "alert.test_failed", { target: x.target, why });
  };
  const icon = (x: AlertTried) => {
    if (x.arrived) return <IconCircleCheck size={18} aria-hidden="true" />;
    return x.doubt ? <IconHelpCircle size={18} aria-hidden="true" /> : <IconCircleX size={18} aria-hidden="true" />;
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} />}
        loading={test.isPending}
        onClick={() => test.mutate(channel)}
      >
        {t("alert.test")}
      </Button>
      <ul className={classes.tried} aria-live="polite">
        {test.error && <li data-bad>{say(test.error)}</li>}
        {test.data?.map((x) => (
          <li key={x.target} data-bad={!x.arrived || undefined}>
            {icon(x)}
            {word(x)}
          </li>
        ))}
      </ul>
    </>
  );
}
