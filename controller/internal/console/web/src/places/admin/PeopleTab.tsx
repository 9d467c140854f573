import { Button, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconUserPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { peopleQuery } from "@/api/people";
import { Ago } from "@/ui/Ago";
import { MoreButton } from "@/ui/MoreButton";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Admin.module.css";
import { PersonDialog } from "./PersonDialog";
import { useGrantWords } from "./useGrantWords";

export function PeopleTab() {
  const { t } = useTranslation();
  const say = useGrantWords();
  const [q, setQ] = useState("");
  const [wanted] = useDebouncedValue(q, 250);
  const list = useInfiniteQuery(peopleQuery(wanted));
  const [open, setOpen] = useState(false);
  const people = list.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          type="search"
          aria-label={t("admin.search_people")}
          placeholder={t("admin.search_people")}
          leftSection={<IconSearch size={18} stroke={1.6} />}
          value={q}
          onChange={(e) => setQ(e.currentTarget.value)}
        />
        <Button leftSection={<IconUserPlus size={18} />} onClick={() => setOpen(true)}>
          {t("admin.add_person")}
        </Button>
      </div>
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={480} radius="md" />}
      {people.length > 0 && (
        <Panel flush>
          <ul>
            {people.map((p) => (
              <li key={p.id}>
                <Link
                  to="/admin/people/$id"
                  params={{ id: p.id }}
                  className={classes.row}
                  data-off={p.disabled || undefined}
                >
                  <span>
                    <strong>{p.name}</strong>
                    <small>
                      {p.login} · {p.unit.name}
                    </small>
                  </span>
                  <span className={classes.grants}>{p.grants.map(say).join(" · ") || t("admin.no_grants")}</span>
                  <small>
                    {p.disabled ? (
                      t("admin.disabled")
                    ) : p.last_login_at ? (
                      <>
                        {t("admin.last_login")} <Ago at={p.last_login_at} />
                      </>
                    ) : (
                      t("admin.never_logged_in")
                    )}
                  </small>
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <MoreButton list={list} />
      {open && <PersonDialog person={null} onClose={() => setOpen(false)} />}
    </>
  );
}
