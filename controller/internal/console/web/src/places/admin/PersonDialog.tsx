import { Button, Modal, PasswordInput, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { unitsQuery, useAddPerson, usePatchPerson, useSetPassword } from "@/api/people";
import type { Person } from "@/api/types";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";
import { GrantFields } from "./GrantFields";

/** A person's unit, rights and entry; null makes a new one. */
export function PersonDialog({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const units = useQuery(unitsQuery).data ?? [];
  const add = useAddPerson();
  const patch = usePatchPerson();
  const setPassword = useSetPassword();
  const [form, setForm] = useState({
    login: person?.login ?? "",
    name: person?.name ?? "",
    unit_id: person?.unit.id ?? "",
    grants: person?.grants ?? [],
    disabled: person?.disabled ?? false,
    password: "",
  });
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  const save = async () => {
    const { login, password, disabled, ...rest } = form;
    if (person) {
      await patch.mutateAsync({ id: person.id, ...rest, disabled });
      if (password) await setPassword.mutateAsync({ id: person.id, password });
    } else await add.mutateAsync({ login: login.trim(), ...rest, ...(password ? { password } : {}) });
    onClose();
  };
  const error = add.error ?? patch.error ?? setPassword.error;
  const ready = form.login.trim() !== "" && form.name.trim() !== "" && form.unit_id !== "";
  return (
    <Modal
      opened
      onClose={onClose}
      size={640}
      title={person ? person.name : t("admin.add_person")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {error && <ProblemNote error={error} />}
        <TextInput
          data-autofocus
          label={t("admin.name")}
          maxLength={120}
          value={form.name}
          onChange={(e) => set({ name: e.currentTarget.value })}
        />
        <TextInput
          label={t("login.login")}
          autoCapitalize="none"
          autoComplete="off"
          disabled={person !== null}
          maxLength={64}
          value={form.login}
          onChange={(e) => set({ login: e.currentTarget.value })}
        />
        <Select
          label={t("admin.unit")}
          searchable
          allowDeselect={false}
          data={units.filter((u) => !u.ended_on || u.id === form.unit_id).map((u) => ({ value: u.id, label: u.name }))}
          value={form.unit_id || null}
          onChange={(v) => v && set({ unit_id: v })}
        />
        <GrantFields value={form.grants} unit={form.unit_id} onChange={(grants) => set({ grants })} />
        <PasswordInput
          label={t(person ? "admin.new_password" : "login.password")}
          description={t("admin.password_hint")}
          autoComplete="new-password"
          value={form.password}
          onChange={(e) => set({ password: e.currentTarget.value })}
        />
        {person && (
          <Switch
            label={t("admin.may_log_in")}
            checked={!form.disabled}
            onChange={(e) => set({ disabled: !e.currentTarget.checked })}
          />
        )}
        <Button
          disabled={!ready}
          loading={add.isPending || patch.isPending}
          onClick={() => void save().catch(() => {})}
        >
          {t(person ? "app.save" : "admin.add_person")}
        </Button>
      </Stack>
    </Modal>
  );
}
