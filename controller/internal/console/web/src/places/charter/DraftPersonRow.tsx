import { Button, Checkbox, Chip, Group, Input, MultiSelect, Radio, SegmentedControl } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Capacity, type CharterPerson, capacities, type DraftPerson, type Standing } from "@/api/charter";
import { clustersQuery } from "@/api/fleet";
import type { SigningCredential } from "@/api/signing";
import type { Grant } from "@/api/types";
import { addDays, dateOf } from "@/time/zone";
import { DateField } from "@/ui/DateField";
import classes from "./Charter.module.css";
import { rolesFor, withoutRole } from "./draft";
import { useCharterWords } from "./useCharterWords";

interface Props {
  name: string;
  /** Their roles in the console; absent while they are not known. */
  grants: Grant[] | undefined;
  person: DraftPerson;
  /** As the charter in force has them; absent of somebody new. */
  before: CharterPerson | undefined;
  offered: SigningCredential[];
  onChange: (change: Partial<DraftPerson>) => void;
  onRemove: () => void;
}

const standings: Standing[] = ["active", "retired", "compromised"];

/** One person of the next charter: a line that opens to what they may sign, where, with which keys, and whether they go. */
export function DraftPersonRow({ name, grants, person: p, before, offered, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { may, places } = useCharterWords();
  const clusters = useQuery(clustersQuery).data ?? [];
  const fresh = offered.filter((k) => !before?.credentials.some((c) => c.id === k.id));
  const [open, setOpen] = useState(!before);
  const keys = [
    ...(before?.credentials ?? []),
    ...fresh.map((k) => ({ id: k.id, kind: k.kind, label: k.label, independent: k.independent })),
  ];
  const lacking = grants && p.standing === "active" ? withoutRole(p.may, grants) : [];
  const everywhere = p.clusters.includes("*");
  const changed =
    before &&
    JSON.stringify([p.standing, p.may, p.clusters, p.credentials, p.valid_until]) !==
      JSON.stringify([
        before.standing,
        before.may,
        before.clusters,
        before.credentials.map((c) => c.id),
        before.valid_until,
      ]);
  return (
    <li>
      <button type="button" className={classes.person} aria-expanded={open} onClick={() => setOpen(!open)}>
        <strong>{name}</strong>
        <span>
          {p.standing === "active" ? may(p.may) || t("charter.may_nothing") : t(`charter.standing_${p.standing}`)}
          {p.standing === "active" && p.may.length > 0 && ` · ${places(p.clusters)}`}
        </span>
        <span className={classes.note}>
          {[
            !before && t("charter.is_new"),
            changed && t("charter.is_changed"),
            before && fresh.length > 0 && !fresh.every((k) => p.credentials.includes(k.id)) && t("charter.has_offered"),
          ]
            .filter(Boolean)
            .join(" · ")}
          {lacking.length > 0 && <em>{t("charter.no_role")}</em>}
        </span>
        <IconChevronDown size={18} aria-hidden="true" />
      </button>
      {open && (
        <div className={classes.edit}>
          {before && (
            <SegmentedControl
              value={p.standing}
              onChange={(s) =>
                // Whoever leaves in the ordinary way has done nothing wrong: what they approved stays.
                onChange({ standing: s as Standing, kept: s === "retired" ? "all_approved" : "none" })
              }
              data={standings.map((s) => ({ value: s, label: t(`charter.standing_${s}`) }))}
            />
          )}
          {p.standing === "retired" && (
            <Radio.Group
              label={t("charter.retire_hint", { name })}
              value={p.kept}
              onChange={(v) => onChange({ kept: v as DraftPerson["kept"] })}
            >
              <Radio mt={8} value="all_approved" label={t("charter.keep_all")} />
              <Radio mt={8} value="none" label={t("charter.keep_none")} />
            </Radio.Group>
          )}
          {p.standing === "compromised" && <p className={classes.lack}>{t("charter.expel_hint", { name })}</p>}
          {p.standing === "active" && (
            <>
              <Input.Wrapper label={t("charter.field_may")} labelElement="div">
                <Chip.Group multiple value={p.may} onChange={(v) => onChange({ may: v as Capacity[] })}>
                  <Group gap={6} mt={4}>
                    {capacities.map((c) => (
                      <Chip key={c} value={c} variant="light">
                        {t(`charter.may_${c}`)}
                      </Chip>
                    ))}
                  </Group>
                </Chip.Group>
              </Input.Wrapper>
              {lacking.map((c) => (
                <p key={c} className={classes.lack}>
                  {t("charter.no_role_hint", {
                    name,
                    may: t(`charter.may_${c}`),
                    roles: rolesFor[c].map((r) => t(`role.${r}`)).join(" / "),
                  })}
                </p>
              ))}
              <div className={classes.fields}>
                <div>
                  <Checkbox
                    label={t("media.anywhere")}
                    checked={everywhere}
                    onChange={(e) => onChange({ clusters: e.currentTarget.checked ? ["*"] : [] })}
                  />
                  {!everywhere && (
                    <MultiSelect
                      mt={8}
                      label={t("charter.field_where")}
                      data={clusters.map((c) => ({ value: c.id, label: c.name }))}
                      value={p.clusters}
                      onChange={(v) => onChange({ clusters: v })}
                    />
                  )}
                </div>
                <DateField
                  label={t("charter.field_until")}
                  placeholder={t("media.no_end")}
                  value={p.valid_until ? addDays(dateOf(new Date(p.valid_until)), -1) : ""}
                  onChange={(d) => onChange({ valid_until: d ? `${d}T17:00:00Z` : null })}
                />
              </div>
              <Checkbox.Group
                label={t("charter.field_keys")}
                value={p.credentials}
                onChange={(v) => onChange({ credentials: v })}
              >
                {keys.map((k) => (
                  <Checkbox
                    key={k.id}
                    mt={8}
                    value={k.id}
                    label={
                      <>
                        {t(`keys.kind_${k.kind}`)} “{k.label}”{k.independent && ` · ${t("charter.independent")}`}{" "}
                        <code>{k.id}</code>
                        {fresh.some((f) => f.id === k.id) && ` · ${t("keys.state_pending")}`}
                      </>
                    }
                  />
                ))}
              </Checkbox.Group>
            </>
          )}
          {!before && (
            <Button variant="subtle" color="gray" onClick={onRemove}>
              {t("charter.not_add")}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
