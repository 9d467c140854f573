import { ActionIcon, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type SourceSearch, searchesQuery, useDeleteSearch, useSearchAct } from "@/api/searches";
import { useFormat } from "@/i18n/useFormat";
import { reasonText } from "@/i18n/useProblemText";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { useToast } from "@/ui/useToast";
import classes from "./Searches.module.css";

interface Props {
  /** The one whose pages alone are shown. */
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}

/** What is looked through on a timetable, when, and what came of it. Nothing is shown while there is none. */
export function SearchList({ chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const all = useQuery(searchesQuery).data ?? [];
  if (all.length === 0) return null;
  return (
    <div className={classes.searches}>
      <Panel title={t("saved.title")} flush>
        <ul className={classes.list}>
          {all.map((search) => (
            <Row
              key={search.id}
              search={search}
              chosen={search.id === chosen}
              onChoose={() => onChoose(search.id === chosen ? undefined : search.id)}
            />
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function Row({ search, chosen, onChoose }: { search: SourceSearch; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const toast = useToast();
  const act = useSearchAct();
  const remove = useDeleteSearch();
  const onError = toast.problem;
  const { id, name } = search;
  const restore = () => void act.mutateAsync({ id, act: "restore" }).catch(onError);
  const takeOff = () =>
    void remove.mutateAsync(id).then(() => {
      if (chosen) onChoose();
      toast.undoable(t("saved.deleted", { name }), restore);
    }, onError);
  const toggle = search.paused ? t("saved.resume", { name }) : t("saved.pause", { name });
  return (
    <li className={classes.row} data-chosen={chosen || undefined}>
      <button type="button" aria-pressed={chosen} onClick={onChoose}>
        <strong>{name}</strong>
        <span>{t("saved.waiting", { count: search.waiting })}</span>
      </button>
      <p>
        {t("saved.every", { span: format.span(search.hours * 3600) })}
        {search.last_at && (
          <>
            {" · "}
            <Ago at={search.last_at} />
            {": "}
            {t("saved.found", { count: search.found })}
            {search.missed > 0 && `, ${t("saved.missed", { count: search.missed })}`}
          </>
        )}
        {" · "}
        {search.paused ? (
          t("saved.paused")
        ) : (
          <>
            {t("saved.next")} <Ago at={search.next_at} />
          </>
        )}
      </p>
      <div className={classes.acts}>
        <Tooltip label={toggle}>
          <ActionIcon
            variant="subtle"
            aria-label={toggle}
            loading={act.isPending}
            onClick={() => act.mutate({ id, act: search.paused ? "resume" : "pause" }, { onError })}
          >
            {search.paused ? <IconPlayerPlay size={18} /> : <IconPlayerPause size={18} />}
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("saved.delete", { name })}>
          <ActionIcon
            variant="subtle"
            aria-label={t("saved.delete", { name })}
            loading={remove.isPending}
            onClick={takeOff}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
      {search.problem && (
        <p className={classes.problem}>
          <IconAlertTriangle size={16} aria-hidden="true" />
          {reasonText(t, search.problem)}
        </p>
      )}
    </li>
  );
}
