import { PasswordInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  login: string;
  password: string;
  onLogin: (v: string) => void;
  onPassword: (v: string) => void;
}

export function PasswordFields({ login, password, onLogin, onPassword }: Props) {
  const { t } = useTranslation();
  return (
    <>
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
        onChange={(e) => onLogin(e.currentTarget.value)}
      />
      <PasswordInput
        size="md"
        name="password"
        label={t("login.password")}
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={password}
        onChange={(e) => onPassword(e.currentTarget.value)}
      />
    </>
  );
}
