import { Alert, Button, FileInput, PasswordInput } from "@mantine/core";
import { IconFileCertificate, IconFingerprint, IconKeyOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import type { Hand, Signer } from "@/api/signing";
import { ProblemNote } from "@/ui/ProblemNote";
import { type Bytes, base64 } from "./bytes";
import { pae } from "./pae";
import { signWithPasskey, usableHere } from "./passkey";
import classes from "./Signing.module.css";

interface Props {
  signers: Signer[];
  payloadType: string;
  payload: Bytes;
  challenge: Bytes;
  /** Words of the act: "Duyệt". */
  action: string;
  ready: boolean;
  busy: boolean;
  onHand: (hand: Hand) => void;
}

/** Signs with a passkey or with a key file that is opened in the browser. */
export function SignPane(p: Props) {
  const { t } = useTranslation();
  const here = p.signers.filter((s) => !s.independent);
  const passkeys = here.filter(usableHere);
  const files = here.filter((s) => s.kind === "key_file");
  const [error, setError] = useState<unknown>(null);
  const [working, setWorking] = useState(false);
  const [byFile, setByFile] = useState(passkeys.length === 0);
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const opening = byFile && (working || p.busy);
  const able = byFile || p.ready; // a file can be chosen before there is anything to sign
  useEffect(() => {
    if (able) button.current?.focus({ preventScroll: true }); // one key signs, or chooses the file
  }, [able]);
  const run = async (sign: () => Promise<Hand>) => {
    setError(null);
    setWorking(true);
    try {
      p.onHand(await sign());
    } catch (e) {
      setError(e);
      secret.current?.select();
    } finally {
      setWorking(false);
    }
  };
  const withFile = async (): Promise<Hand> => {
    const { credentialId, openKey, signBytes } = await import("./keys");
    const key = await openKey(file as File, passphrase);
    const credential = await credentialId(key);
    if (!files.some((s) => s.id === credential))
      throw new Problem(0, "invalid", "key_file_other", {}, "cannot sign with another key file");
    const sig = base64(await signBytes(key, pae(p.payloadType, p.payload)));
    return { credential, sig, authenticator_data: null, client_data: null };
  };
  if (passkeys.length === 0 && files.length === 0) return <NoKey signers={p.signers} />;
  return (
    <div className={classes.pane}>
      {error !== null && <ProblemNote error={error} />}
      {byFile ? (
        <form
          className={classes.byFile}
          onSubmit={(e: FormEvent) => {
            e.preventDefault();
            void run(withFile);
          }}
        >
          <FileInput
            ref={button}
            label={t("sign.key_file")}
            placeholder={t("sign.choose_file")}
            leftSection={<IconFileCertificate size={18} />}
            value={file}
            onChange={(f) => {
              setFile(f);
              if (f) secret.current?.focus();
            }}
            clearable
            clearButtonProps={{ "aria-label": t("app.clear") }}
          />
          <PasswordInput
            ref={secret}
            label={t("sign.passphrase")}
            autoComplete="off"
            value={passphrase}
            onChange={(e) => setPassphrase(e.currentTarget.value)}
          />
          <Button
            type="submit"
            size="md"
            loading={working || p.busy}
            disabled={!p.ready || !file || passphrase === ""}
            leftSection={<IconFileCertificate size={20} />}
          >
            {p.action}
          </Button>
        </form>
      ) : (
        <Button
          ref={button}
          size="md"
          loading={working || p.busy}
          disabled={!p.ready}
          leftSection={<IconFingerprint size={20} />}
          onClick={() => void run(() => signWithPasskey(passkeys, p.challenge))}
        >
          {t("sign.with_passkey", { action: p.action })}
        </Button>
      )}
      {passkeys.length > 0 && files.length > 0 && (
        <Button variant="subtle" color="gray" size="sm" onClick={() => setByFile(!byFile)}>
          {byFile ? t("sign.use_passkey") : t("sign.use_file")}
        </Button>
      )}
      {byFile && (
        <p className={classes.quiet} role="status">
          {t(opening ? "sign.opening_file" : "sign.file_stays")}
        </p>
      )}
    </div>
  );
}

/** Says why there is nothing to sign with here, and the next step. */
function NoKey({ signers }: { signers: Signer[] }) {
  const { t } = useTranslation();
  const elsewhere = signers.find((s) => s.kind === "passkey" && !s.independent);
  const independent = signers.some((s) => s.independent);
  return (
    <Alert color="marker" icon={<IconKeyOff size={20} />} role="alert">
      {elsewhere
        ? t("sign.passkey_elsewhere", { host: elsewhere.rp_id })
        : independent
          ? t("sign.independent_only")
          : t("sign.no_key")}{" "}
      {!elsewhere && !independent && <Link to="/account">{t("sign.to_account")}</Link>}
    </Alert>
  );
}
