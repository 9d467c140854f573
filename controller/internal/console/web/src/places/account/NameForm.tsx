import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePatchMe } from "@/api/session";
import type { Me } from "@/api/types";
import { SaveMark } from "@/ui/SaveMark";
import { useAutosave } from "@/ui/useAutosave";

export function NameForm({ me }: { me: Me }) {
  const { t } = useTranslation();
  const patch = usePatchMe();
  const [name, setName] = useState(me.name);
  const saving = useAutosave((value: string) => patch.mutateAsync({ name: value }));
  return (
    <TextInput
      label={t("admin.name")}
      maxLength={120}
      mb="sm"
      description={<SaveMark state={saving.state} />}
      inputWrapperOrder={["label", "input", "description"]}
      value={name}
      onChange={(e) => {
        setName(e.currentTarget.value);
        if (e.currentTarget.value.trim()) saving.change(e.currentTarget.value.trim());
      }}
    />
  );
}
