import { Alert, Button, FileButton } from "@mantine/core";
import { IconFileCheck, IconFileImport } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Root, useAcceptCharter } from "@/api/charter";
import { useFormat } from "@/i18n/useFormat";
import { type Bytes, base64 } from "@/signing/bytes";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import classes from "./Charter.module.css";
import { type Brought, documentOf, readBrought } from "./signed";

interface Props {
  /** The holders that must sign; none before the first charter. */
  roots: Root[];
  threshold: number;
}

/** Takes a signed charter back by drop or choice, says who has not signed yet, and puts it in force. */
export function BringBack({ roots, threshold }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const toast = useToast();
  const navigate = useNavigate();
  const accept = useAcceptCharter();
  const [over, setOver] = useState(false);
  const [brought, setBrought] = useState<{ what: Brought; bytes: Bytes; name: string } | null>(null);
  const reset = useRef<() => void>(null);
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    reset.current?.(); // the same file comes again with one signature more
    accept.reset();
    const bytes = documentOf(new Uint8Array(await file.arrayBuffer()));
    setBrought({ what: await readBrought(bytes, roots, threshold), bytes, name: file.name });
  };
  const what = brought?.what;
  const go = () =>
    brought &&
    accept.mutate(base64(brought.bytes), {
      onSuccess: (state) => {
        toast.done(t("charter.accepted", { number: state.charter?.number ?? 1 }));
        void navigate({ to: "/admin/$tab", params: { tab: "charter" } });
      },
    });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is beside the button that does the same
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        e.stopPropagation();
        setOver(false);
        void take(e.dataTransfer.files[0]);
      }}
    >
      <IconFileImport size={28} stroke={1.4} aria-hidden="true" />
      <p>{t("charter.drop")}</p>
      <FileButton resetRef={reset} accept=".json,application/json" onChange={(f) => void take(f)}>
        {(props) => (
          <Button {...props} variant="default">
            {t("sign.choose_file")}
          </Button>
        )}
      </FileButton>
      {accept.error && <ProblemNote error={accept.error} />}
      {what && what.kind !== "signed" && (
        <Alert color="marker" role="alert">
          {t(`charter.brought_${what.kind}`, { name: brought.name })}
        </Alert>
      )}
      {what?.kind === "signed" && (
        <>
          <p role="status">
            {t("charter.brought_number", { number: what.number })}{" "}
            {what.by.length > 0 && t("charter.brought_by", { names: format.list(what.by) })}{" "}
            {what.lacks.map(({ whose, left, names }) => (
              <span key={whose}>
                {t(`charter.brought_missing_${whose}`, { count: left, names: format.list(names) })}{" "}
              </span>
            ))}
          </p>
          <Button
            disabled={what.lacks.length > 0}
            loading={accept.isPending}
            leftSection={<IconFileCheck size={18} />}
            onClick={go}
          >
            {t("charter.put_in_force", { number: what.number })}
          </Button>
        </>
      )}
    </div>
  );
}
