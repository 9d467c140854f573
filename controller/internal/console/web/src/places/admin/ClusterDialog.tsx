import { Button, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddCluster, usePatchCluster } from "@/api/fleet";
import { unitsQuery } from "@/api/people";
import type { Cluster } from "@/api/types";
import { SitePanel } from "@/places/screens/SitePanel";
import { dateOf } from "@/time/zone";
import { DateField } from "@/ui/DateField";
import { ProblemNote } from "@/ui/ProblemNote";
import { useFocusBack } from "@/ui/useFocusBack";

/** A new cluster; or its name, and from which day another unit runs it. */
export function ClusterDialog({ cluster, onClose }: { cluster: Cluster | null; onClose: () => void }) {
  const { t } = useTranslation();
  useFocusBack();
  const units = useQuery(unitsQuery).data ?? [];
  const add = useAddCluster();
  const patch = usePatchCluster();
  const [name, setName] = useState(cluster?.name ?? "");
  const [place, setPlace] = useState(cluster?.place ?? "");
  const [unit, setUnit] = useState(cluster?.unit.id ?? "");
  const [from, setFrom] = useState(dateOf(new Date()));
  const handedOver = cluster !== null && unit !== cluster.unit.id;
  const save = () => {
    if (!cluster) return add.mutate({ name: name.trim(), unit_id: unit, place: place.trim() }, { onSuccess: onClose });
    patch.mutate(
      { id: cluster.id, name: name.trim(), ...(handedOver ? { unit_id: unit, from } : {}) },
      { onSuccess: onClose },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={cluster?.name ?? t("admin.add_cluster")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Stack gap="sm">
        {(add.error ?? patch.error) && <ProblemNote error={add.error ?? patch.error} />}
        <TextInput
          data-autofocus
          label={t("admin.cluster_name")}
          maxLength={100}
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        {!cluster && (
          <TextInput
            label={t("admin.place")}
            maxLength={200}
            value={place}
            onChange={(e) => setPlace(e.currentTarget.value)}
          />
        )}
        <Select
          label={t("admin.operator")}
          searchable
          allowDeselect={false}
          data={units.filter((u) => !u.ended_on).map((u) => ({ value: u.id, label: u.name }))}
          value={unit || null}
          onChange={(v) => v && setUnit(v)}
        />
        {handedOver && <DateField label={t("admin.handed_over_on")} value={from} onChange={(d) => d && setFrom(d)} />}
        <Button disabled={name.trim() === "" || unit === ""} loading={add.isPending || patch.isPending} onClick={save}>
          {t(cluster ? "app.save" : "admin.add_cluster")}
        </Button>
        {cluster && <SitePanel cluster={cluster.id} />}
      </Stack>
    </Modal>
  );
}
