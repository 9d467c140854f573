import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLogIn } from "@/api/session";
import { switchLocale } from "@/i18n/setup";
import { useProblemText } from "@/i18n/useProblemText";
import { Mark } from "@/shell/Mark";
import { LanguageRow } from "./LanguageRow";
import classes from "./LoginPage.module.css";

const route = getRouteApi("/login");

export function LoginPage() {
  const { t, i18n } = useTranslation();
  const say = useProblemText();
  const navigate = useNavigate();
  const { to, ended } = route.useSearch();
  const logIn = useLogIn();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    logIn.mutate(
      { login: login.trim(), password },
      {
        onSuccess: async (me) => {
          if (me.locale !== i18n.language) await switchLocale(me.locale);
          await navigate({ to: to ?? "/" });
        },
      },
    );
  };
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
        {ended && !logIn.error && <Alert color="gray">{t("login.expired")}</Alert>}
        {logIn.error && (
          <Alert color="marker" role="alert">
            {say(logIn.error)}
          </Alert>
        )}
        <TextInput
          size="md"
          name="login"
          label={t("login.login")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          autoFocus
          value={login}
          onChange={(e) => setLogin(e.currentTarget.value)}
        />
        <PasswordInput
          size="md"
          name="password"
          label={t("login.password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        <Button type="submit" size="md" loading={logIn.isPending}>
          {t("login.submit")}
        </Button>
        <p className={classes.help}>{t("login.help")}</p>
      </form>
      <LanguageRow />
    </main>
  );
}
