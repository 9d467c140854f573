import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { hasRole } from "@/api/roles";
import { securityQuery } from "@/api/security";
import { useMe } from "@/api/session";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "../admin/Admin.module.css";
import { Rights } from "../admin/Rights";
import { NameForm } from "./NameForm";
import { Passkeys } from "./Passkeys";
import { PasswordForm } from "./PasswordForm";
import { Sessions } from "./Sessions";
import { SigningKeys } from "./SigningKeys";
import { Tokens } from "./Tokens";
import { TwoStep } from "./TwoStep";

/** One's own name and rights, how and where one logs in, and personal tokens. */
export function AccountPage() {
  const { t } = useTranslation();
  const me = useMe();
  const signs = hasRole(me, "reviewer", "approver", "emergency", "technician");
  const { data: security, error, refetch } = useQuery(securityQuery);
  const waiting = <Skeleton height={120} aria-label={t("app.loading")} />;
  return (
    <>
      <PageHead title={t("app.account")} aside={<span>{me.login}</span>} />
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <div className={classes.cards}>
        <Panel title={t("account.profile")}>
          <NameForm me={me} />
          <p>{me.unit.name}</p>
        </Panel>
        <Panel title={t("account.rights")}>
          <Rights grants={me.grants} />
        </Panel>
        <Panel title={t("account.passkeys")}>{security ? <Passkeys security={security} /> : waiting}</Panel>
        {signs && (
          <Panel title={t("keys.mine")}>
            <SigningKeys />
          </Panel>
        )}
        <Panel title={t("account.two_step")}>{security ? <TwoStep security={security} /> : waiting}</Panel>
        <Panel title={t("account.sessions")}>{security ? <Sessions sessions={security.sessions} /> : waiting}</Panel>
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
