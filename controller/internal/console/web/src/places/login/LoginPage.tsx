import { Alert, Button } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { useLogIn, usePasskeyLogIn } from "@/api/session";
import type { Me } from "@/api/types";
import { switchLocale } from "@/i18n/setup";
import { useProblemText } from "@/i18n/useProblemText";
import { Mark } from "@/shell/Mark";
import { CodeField } from "./CodeField";
import { LanguageRow } from "./LanguageRow";
import classes from "./LoginPage.module.css";
import { PasswordFields } from "./PasswordFields";

const route = getRouteApi("/login");

/** Password, and the code of an authenticator when there is one; or a passkey alone. */
export function LoginPage() {
  const { t, i18n } = useTranslation();
  const say = useProblemText();
  const navigate = useNavigate();
  const { to, ended } = route.useSearch();
  const logIn = useLogIn();
  const passkey = usePasskeyLogIn();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const enter = async (me: Me) => {
    if (me.locale !== i18n.language) await switchLocale(me.locale);
    await navigate({ to: to ?? "/" });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    passkey.reset();
    logIn.mutate(
      { login: login.trim(), password, ...(asksCode ? { code: code.trim() } : {}) },
      {
        onSuccess: enter,
        onError: (error) => {
          setCode("");
          if (asProblem(error).reason === "code_required") setAsksCode(true);
        },
      },
    );
  };
  const back = () => {
    setAsksCode(false);
    setPassword("");
    logIn.reset();
  };
  const refused = logIn.error && asProblem(logIn.error).reason !== "code_required" ? logIn.error : passkey.error;
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit}>
        <div className={classes.brand}>
          <Mark size={44} />
          <div>
            <strong>cotmoc</strong>
            <p>{t("app.tagline")}</p>
          </div>
        </div>
        <h1 className="visually-hidden">{t("login.title")}</h1>
        {ended && !refused && !asksCode && <Alert color="gray">{t("login.expired")}</Alert>}
        {refused && (
          <Alert color="marker" role="alert">
            {say(refused)}
          </Alert>
        )}
        {asksCode ? (
          <CodeField value={code} onChange={setCode} />
        ) : (
          <PasswordFields login={login} password={password} onLogin={setLogin} onPassword={setPassword} />
        )}
        <Button type="submit" size="md" loading={logIn.isPending}>
          {t("login.submit")}
        </Button>
        {asksCode ? (
          <Button variant="subtle" color="gray" onClick={back}>
            {t("login.back")}
          </Button>
        ) : (
          <Button
            name="passkey"
            variant="default"
            size="md"
            leftSection={<IconFingerprint size={20} stroke={1.6} />}
            loading={passkey.isPending}
            onClick={() => {
              logIn.reset();
              passkey.mutate(undefined, { onSuccess: enter });
            }}
          >
            {t("login.passkey")}
          </Button>
        )}
        <p className={classes.help}>{t(asksCode ? "login.code_lost" : "login.help")}</p>
      </form>
      <LanguageRow />
    </main>
  );
}
