import { Button, Modal, MultiSelect, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type UnitPatch, unitsQuery, useAddUnit, usePatchUnit } from "@/api/people";
import type { Unit } from "@/api/types";
import { dateOf } from "@/time/zone";
import { DateField } from "@/ui/DateField";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

/** A new unit; or a new name from a date on, or an end with successors, of an old one. */
export function UnitDialog({ unit, onClose }: { unit: Unit | null; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const units = useQuery(unitsQuery).data ?? [];
  const add = useAddUnit();
  const patch = usePatchUnit();
  const [name, setName] = useState(unit?.name ?? "");
  const [short, setShort] = useState(unit?.short_name ?? "");
  const [from, setFrom] = useState(dateOf(new Date()));
  const [ended, setEnded] = useState(unit?.ended_on ?? "");
  const [successors, setSuccessors] = useState(unit?.successors.map((s) => s.id) ?? []);
  const renamed = unit !== null && name.trim() !== unit.name;
  const save = () => {
    if (!unit)
      return add.mutate({ name: name.trim(), short_name: short.trim(), valid_from: from }, { onSuccess: onClose });
    const change: UnitPatch = { id: unit.id, successor_ids: successors };
    if (renamed) Object.assign(change, { name: name.trim(), valid_from: from });
    if (ended) change.ended_on = ended;
    patch.mutate(change, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={unit?.name ?? t("admin.add_unit")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {(add.error ?? patch.error) && <ProblemNote error={add.error ?? patch.error} />}
        <TextInput
          data-autofocus
          label={t("admin.unit_name")}
          maxLength={200}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        {!unit && (
          <TextInput
            label={t("admin.short_name")}
            maxLength={60}
            value={short}
            onChange={(e) => setShort(e.currentTarget.value)}
          />
        )}
        {(!unit || renamed) && (
          <DateField
            label={t(unit ? "admin.name_from" : "admin.unit_from")}
            value={from}
            onChange={(d) => d && setFrom(d)}
          />
        )}
        {unit && (
          <>
            <DateField
              label={t("admin.ended_on")}
              placeholder={t("admin.still_active")}
              value={ended}
              onChange={setEnded}
            />
            <MultiSelect
              label={t("admin.successors")}
              searchable
              data={units.filter((u) => u.id !== unit.id).map((u) => ({ value: u.id, label: u.name }))}
              value={successors}
              onChange={setSuccessors}
            />
          </>
        )}
        <Button disabled={name.trim() === ""} loading={add.isPending || patch.isPending} onClick={save}>
          {t(unit ? "app.save" : "admin.add_unit")}
        </Button>
      </Stack>
    </Modal>
  );
}
