import { Button, Modal, Select, Stack, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { handlersQuery, type Incident, useHandOver } from "@/api/incidents";
import { useMe } from "@/api/session";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

/** Gives an incident to somebody who may handle it; choosing oneself takes it over. */
export function HandOverDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const me = useMe();
  const people = useQuery(handlersQuery(incident.id));
  const hand = useHandOver();
  const [to, setTo] = useState<string | null>(null);
  const [text, setText] = useState("");
  const others = (people.data ?? []).filter((p) => p.id !== incident.owner?.id);
  return (
    <Modal opened onClose={onClose} title={t("incident.hand_over")} closeButtonProps={{ "aria-label": t("app.close") }}>
      <Stack gap="sm">
        {(people.error ?? hand.error) && <ProblemNote error={people.error ?? hand.error} />}
        <Select
          searchable
          label={t("incident.hand_over_to")}
          data={others.map((p) => ({
            value: p.id,
            label: p.id === me.id ? t("incident.myself", { name: p.name }) : p.name,
          }))}
          value={to}
          onChange={setTo}
        />
        <Textarea
          label={t("incident.hand_over_text")}
          autosize
          minRows={2}
          maxLength={2000}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <Button
          size="md"
          disabled={!to}
          loading={hand.isPending}
          onClick={() => to && hand.mutate({ id: incident.id, to, text: text.trim() }, { onSuccess: onClose })}
        >
          {t("incident.hand_over")}
        </Button>
      </Stack>
    </Modal>
  );
}
