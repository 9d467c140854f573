import { ActionIcon, Button, FileButton } from "@mantine/core";
import { IconArrowBackUp, IconFileImport, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Charter, Root } from "@/api/charter";
import { useFormat } from "@/i18n/useFormat";
import classes from "./Charter.module.css";
import { Command } from "./Command";
import { keyId, readRoot, sameRoots, withRoot } from "./roots";

interface Props {
  roots: Root[];
  threshold: number;
  /** The one in force; absent before the first. */
  charter: Charter | null;
  onChange: (roots: Root[]) => void;
}

/** Who holds root keys: their public halves come as files, and what a change of them takes is said. */
export function DraftRoots({ roots, threshold, charter, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [bad, setBad] = useState<string[]>([]);
  const reset = useRef<() => void>(null);
  const before = charter?.roots ?? [];
  const gone = before.filter((b) => !roots.some((r) => r.holder === b.holder));
  const take = async (files: File[]) => {
    reset.current?.();
    let all = roots;
    const refused: string[] = [];
    for (const f of files) {
      const root = readRoot(await f.text());
      if (!root || all.some((r) => r.key === root.key && r.holder !== root.holder)) refused.push(f.name);
      else all = withRoot(all, root);
    }
    setBad(refused);
    if (all !== roots) onChange(all);
  };
  const note = (r: Root) => {
    const was = before.find((b) => b.holder === r.holder);
    if (!charter || was?.key === r.key) return "";
    return was ? t("charter.root_other") : t("charter.is_new");
  };
  const changed = charter && (!sameRoots(roots, before) || threshold !== charter.root_threshold);
  return (
    <>
      <p className={classes.words}>{t("charter.roots_hint")}</p>
      <Command text={'controller keys root --holder "…" --out a.key'} />
      <ul className={classes.roots}>
        {roots.map((r) => (
          <li key={r.key}>
            <strong>{r.holder}</strong>
            <KeyId of={r.key} />
            <span className={classes.note}>{note(r)}</span>
            <ActionIcon
              aria-label={t("charter.drop_root", { name: r.holder })}
              onClick={() => onChange(roots.filter((x) => x !== r))}
            >
              <IconX size={18} />
            </ActionIcon>
          </li>
        ))}
        {gone.map((r) => (
          <li key={r.key} data-off>
            <strong>{r.holder}</strong>
            <KeyId of={r.key} />
            <span className={classes.note}>{t("charter.root_gone")}</span>
            <ActionIcon
              aria-label={t("charter.keep_root", { name: r.holder })}
              onClick={() => onChange(withRoot(roots, r))}
            >
              <IconArrowBackUp size={18} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <FileButton resetRef={reset} multiple accept=".pub,.json" onChange={(f) => void take(f)}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileImport size={18} />}>
            {t("charter.add_root")}
          </Button>
        )}
      </FileButton>
      {bad.length > 0 && (
        <p className={classes.lack} role="alert">
          {t("charter.root_bad", { names: format.list(bad) })}
        </p>
      )}
      {changed && (
        <p className={classes.needs} role="status">
          {t("charter.roots_need", {
            count: charter.root_threshold,
            before: format.list(before.map((r) => r.holder)),
            needs: threshold,
            after: format.list(roots.map((r) => r.holder)),
          })}
        </p>
      )}
    </>
  );
}

/** The id of a key by its public half. */
export function KeyId({ of }: { of: string }) {
  const id = useQuery({
    queryKey: ["key-id", of],
    queryFn: () => keyId(of),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <code>{id.data}</code>;
}
