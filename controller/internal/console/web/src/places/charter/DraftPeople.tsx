import { Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Charter, DraftBody, DraftPerson } from "@/api/charter";
import { peopleQuery } from "@/api/people";
import type { SigningCredential } from "@/api/signing";
import classes from "./Charter.module.css";
import { DraftPersonRow } from "./DraftPersonRow";
import { newPerson } from "./draft";

interface Props {
  draft: DraftBody;
  charter: Charter | null;
  pending: SigningCredential[];
  onChange: (people: DraftPerson[]) => void;
}

/** Everybody in the next charter, and whom to add: those who have offered a key come first. */
export function DraftPeople({ draft, charter, pending, onChange }: Props) {
  const { t } = useTranslation();
  const people = useInfiniteQuery(peopleQuery("")).data?.pages.flatMap((p) => p.items) ?? [];
  const offered = new Map(pending.map((k) => [k.person_id, k.person_name]));
  const nameOf = (id: string) =>
    charter?.people.find((p) => p.id === id)?.name ?? offered.get(id) ?? people.find((p) => p.id === id)?.name ?? id;
  const absent = [...offered].filter(([id]) => !draft.people.some((p) => p.id === id));
  const put = (id: string, change: Partial<DraftPerson>) =>
    onChange(draft.people.map((p) => (p.id === id ? { ...p, ...change } : p)));
  return (
    <>
      <ul className={classes.draft}>
        {draft.people.map((p) => (
          <DraftPersonRow
            key={p.id}
            name={nameOf(p.id)}
            grants={people.find((x) => x.id === p.id)?.grants}
            person={p}
            before={charter?.people.find((x) => x.id === p.id)}
            offered={pending.filter((k) => k.person_id === p.id)}
            onChange={(change) => put(p.id, change)}
            onRemove={() => onChange(draft.people.filter((x) => x.id !== p.id))}
          />
        ))}
      </ul>
      <div className={classes.add}>
        <Select
          label={t("charter.add_person")}
          description={absent.length > 0 ? t("charter.add_person_hint") : t("charter.add_person_none")}
          placeholder={t("charter.choose_person")}
          disabled={absent.length === 0}
          data={absent.map(([value, label]) => ({ value, label }))}
          value={null}
          onChange={(id) => {
            if (id)
              onChange([
                ...draft.people,
                newPerson(
                  id,
                  pending.filter((k) => k.person_id === id).map((k) => k.id),
                ),
              ]);
          }}
        />
      </div>
    </>
  );
}
