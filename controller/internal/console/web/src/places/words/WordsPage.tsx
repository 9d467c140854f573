import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddWord, useDropWord, wordsQuery } from "@/api/checks";
import { useMe } from "@/api/session";
import { ContentTabs } from "@/places/content/ContentTabs";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import classes from "./Words.module.css";

/** Words that are looked out for in titles and descriptions. */
export function WordsPage() {
  const { t } = useTranslation();
  const me = useMe();
  const toast = useToast();
  const words = useQuery(wordsQuery);
  const add = useAddWord();
  const drop = useDropWord();
  const [text, setText] = useState("");
  const [note, setNote] = useState("");
  const may = me.rights.includes("edit_media");
  const save = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(
      { text: text.trim(), note: note.trim() },
      {
        onError: toast.problem,
        onSuccess: () => {
          setText("");
          setNote("");
        },
      },
    );
  };
  return (
    <>
      <PageHead title={t("checks.words")} aside={<ContentTabs here="words" />} />
      <p className={classes.hint}>{t("checks.words_hint")}</p>
      {may && (
        <form className={classes.add} onSubmit={save}>
          <TextInput
            label={t("checks.word")}
            value={text}
            maxLength={60}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          <TextInput
            label={t("checks.note")}
            value={note}
            maxLength={200}
            onChange={(e) => setNote(e.currentTarget.value)}
          />
          <Button type="submit" disabled={text.trim().length < 2} loading={add.isPending}>
            {t("checks.add")}
          </Button>
        </form>
      )}
      {words.error && <ProblemNote error={words.error} onRetry={() => void words.refetch()} />}
      <ul className={classes.words}>
        {words.data?.map((w) => (
          <li key={`${w.built_in} ${w.text}`}>
            <div>
              <strong>{w.text}</strong>
              {(w.hint || w.note) && <span>{w.hint ? t(`checks.note_${w.hint}`) : w.note}</span>}
            </div>
            <small>{w.built_in ? t("checks.built_in") : w.by.name}</small>
            {may && !w.built_in && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={44}
                aria-label={t("checks.drop", { word: w.text })}
                onClick={() => drop.mutate(w.text, { onError: toast.problem })}
              >
                <IconX size={18} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
