import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import classes from "../admin/Admin.module.css";
import { useGrantWords } from "../admin/useGrantWords";
import { NameForm } from "./NameForm";
import { PasswordForm } from "./PasswordForm";
import { Tokens } from "./Tokens";

/** One's own name, password, rights and personal tokens. */
export function AccountPage() {
  const { t } = useTranslation();
  const me = useMe();
  const say = useGrantWords();
  return (
    <>
      <PageHead title={t("app.account")} aside={<span>{me.login}</span>} />
      <div className={classes.cards}>
        <Panel title={t("account.profile")}>
          <NameForm me={me} />
          <p>{me.unit.name}</p>
          <ul className={classes.rights}>
            {me.grants.map((g) => (
              <li key={JSON.stringify(g)}>{say(g)}</li>
            ))}
          </ul>
        </Panel>
        <Panel title={t("account.password")}>
          <PasswordForm />
        </Panel>
        <Panel title={t("account.tokens")}>
          <Tokens />
        </Panel>
      </div>
    </>
  );
}
