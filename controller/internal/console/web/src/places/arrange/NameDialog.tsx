import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { localeNames } from "@/i18n/names";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

export interface Names {
  name: string;
  name_en: string;
  name_lo: string;
}
interface Props {
  title: string;
  names: Names;
  /** One name only: folders. */
  single?: boolean;
  saving: boolean;
  error: unknown;
  onSave: (names: Names) => void;
  onClose: () => void;
}

/** What a theme or a folder is called. */
export function NameDialog({ title, names, single = false, saving, error, onSave, onClose }: Props) {
  const { t } = useTranslation();
  useFocusBack();
  const [form, setForm] = useState(names);
  const save = (event: FormEvent) => {
    event.preventDefault();
    onSave(form);
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("app.close") }}>
      <form onSubmit={save}>
        <Stack gap="sm">
          {Boolean(error) && <ProblemNote error={error} />}
          <TextInput
            label={single ? t("library.name") : localeNames.vi}
            data-autofocus
            required
            maxLength={200}
            value={form.name}
            onChange={(e) => setForm({ ...form, name: e.currentTarget.value })}
          />
          {!single && (
            <>
              <TextInput
                label={localeNames.en}
                maxLength={200}
                value={form.name_en}
                onChange={(e) => setForm({ ...form, name_en: e.currentTarget.value })}
              />
              <TextInput
                label={localeNames.lo}
                maxLength={200}
                value={form.name_lo}
                onChange={(e) => setForm({ ...form, name_lo: e.currentTarget.value })}
              />
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("app.cancel")}
            </Button>
            <Button type="submit" loading={saving} disabled={form.name.trim() === ""}>
              {t("app.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
