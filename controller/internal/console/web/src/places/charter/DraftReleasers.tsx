import { ActionIcon, Button, FileButton, NumberInput } from "@mantine/core";
import { IconFileImport, IconX } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Root } from "@/api/charter";
import { useFormat } from "@/i18n/useFormat";
import classes from "./Charter.module.css";
import { Command } from "./Command";
import { KeyId } from "./DraftRoots";
import { readRoot, withRoot } from "./roots";

interface Props {
  signers: Root[];
  threshold: number;
  onChange: (signers: Root[], threshold: number) => void;
}

/** Who signs code for screen PCs: their public halves come as files. */
export function DraftReleasers({ signers, threshold, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [bad, setBad] = useState<string[]>([]);
  const reset = useRef<() => void>(null);
  const change = (all: Root[]) => onChange(all, all.length === 0 ? 0 : Math.max(threshold, Math.min(2, all.length)));
  const take = async (files: File[]) => {
    reset.current?.();
    let all = signers;
    const refused: string[] = [];
    for (const f of files) {
      const key = readRoot(await f.text());
      if (!key || all.some((r) => r.key === key.key && r.holder !== key.holder)) refused.push(f.name);
      else all = withRoot(all, key);
    }
    setBad(refused);
    if (all !== signers) change(all);
  };
  return (
    <>
      <p className={classes.words}>{t("charter.releasers_hint")}</p>
      <Command text={'controller release key --holder "…" --out a.key'} />
      <ul className={classes.roots}>
        {signers.map((r) => (
          <li key={r.key}>
            <strong>{r.holder}</strong>
            <KeyId of={r.key} />
            <span className={classes.note} />
            <ActionIcon
              aria-label={t("charter.drop_releaser", { name: r.holder })}
              onClick={() => {
                const rest = signers.filter((x) => x !== r);
                onChange(rest, Math.min(threshold, rest.length));
              }}
            >
              <IconX size={18} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <FileButton resetRef={reset} multiple accept=".pub,.json" onChange={(f) => void take(f)}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileImport size={18} />}>
            {t("charter.add_releaser")}
          </Button>
        )}
      </FileButton>
      {bad.length > 0 && (
        <p className={classes.lack} role="alert">
          {t("charter.root_bad", { names: format.list(bad) })}
        </p>
      )}
      {signers.length > 0 && (
        <div className={classes.fields}>
          <NumberInput
            label={t("charter.field_release_threshold")}
            description={t("charter.hint_release_threshold")}
            min={1}
            max={signers.length}
            allowDecimal={false}
            value={threshold}
            onChange={(v) => onChange(signers, Math.min(signers.length, Math.max(1, Number(v) || 1)))}
          />
        </div>
      )}
    </>
  );
}
