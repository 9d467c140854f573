import { Button, CopyButton, Group, PasswordInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type AlertChannelBody, type AlertSecrets, newKey } from "@/api/alerts";
import classes from "./Alerts.module.css";

interface Props {
  body: AlertChannelBody;
  /** Names of the secrets that are held. */
  held: string[];
  change: (some: Partial<AlertChannelBody>) => void;
}

/** How a kind of channel is reached. Secrets that are held are never shown; empty fields keep them. */
export function KindFields({ body, held, change }: Props) {
  const { t } = useTranslation();
  const secret = (name: keyof AlertSecrets) => (
    <PasswordInput
      label={t(`alert.secret_${name}`)}
      placeholder={held.includes(name) ? t("alert.secret_held") : ""}
      autoComplete="off"
      value={body.secrets[name] ?? ""}
      onChange={(e) => change({ secrets: { ...body.secrets, [name]: e.currentTarget.value } })}
    />
  );
  const plain = (name: "host" | "user" | "from" | "url" | "app_id", placeholder: string) => (
    <TextInput
      label={t(`alert.field_${name}`)}
      placeholder={placeholder}
      autoComplete="off"
      value={body[name]}
      onChange={(e) => change({ [name]: e.currentTarget.value })}
    />
  );
  if (body.kind === "telegram") return secret("token");
  if (body.kind === "webhook") {
    return (
      <>
        {plain("url", "https://")}
        <Group align="end" wrap="nowrap" className={classes.key}>
          {secret("key")}
          <Button variant="default" onClick={() => change({ secrets: { key: newKey() } })}>
            {t("alert.key_make")}
          </Button>
          {body.secrets.key && (
            <CopyButton value={body.secrets.key}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {t(copied ? "alert.key_copied" : "alert.key_copy")}
                </Button>
              )}
            </CopyButton>
          )}
        </Group>
        <p className={classes.hint}>{t("alert.key_hint")}</p>
      </>
    );
  }
  if (body.kind === "zalo") {
    return (
      <>
        {plain("app_id", "")}
        {secret("app_secret")}
        {secret("refresh_token")}
        {secret("access_token")}
      </>
    );
  }
  return (
    <>
      <div className={classes.two}>
        {plain("host", "mail.don-vi.vn")}
        <Select
          label={t("alert.field_security")}
          allowDeselect={false}
          data={[
            { value: "starttls 587", label: "STARTTLS, 587" },
            { value: "tls 465", label: "TLS, 465" },
            { value: "starttls 25", label: "STARTTLS, 25" },
            { value: "starttls 2525", label: "STARTTLS, 2525" },
          ]}
          value={`${body.security} ${body.port}`}
          onChange={(v) => {
            const [security = "starttls", port] = (v ?? "").split(" ");
            change({ security, port: Number(port) });
          }}
        />
        {plain("user", "")}
        {secret("password")}
      </div>
      {plain("from", "canh-bao@don-vi.vn")}
    </>
  );
}
