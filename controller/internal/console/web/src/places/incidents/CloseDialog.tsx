import { Button, Modal, Radio, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { closeReasons, type Incident, useCloseIncident } from "@/api/incidents";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import classes from "./Incidents.module.css";

/** Ends an incident: why, from a short list, and in words where the list does not say it. */
export function CloseDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const close = useCloseIncident();
  const [reason, setReason] = useState("");
  const [text, setText] = useState("");
  return (
    <Modal opened onClose={onClose} title={t("incident.close")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack gap="sm">
        {close.error && <ProblemNote error={close.error} />}
        {!incident.good_since && <p className={classes.quiet}>{t("incident.close_standing")}</p>}
        <Radio.Group label={t("incident.close_why")} value={reason} onChange={setReason}>
          <Stack gap={0}>
            {closeReasons.map((r) => (
              <Radio key={r} classNames={{ body: classes.reason }} value={r} label={t(`incident.reason_${r}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Textarea
          name="close-text"
          label={t("incident.close_text")}
          autosize
          minRows={2}
          maxLength={2000}
          required={reason === "other"}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <Button
          size="md"
          disabled={reason === "" || (reason === "other" && text.trim() === "")}
          loading={close.isPending}
          onClick={() => close.mutate({ id: incident.id, reason, text: text.trim() }, { onSuccess: onClose })}
        >
          {t("incident.close")}
        </Button>
      </Stack>
    </Modal>
  );
}
