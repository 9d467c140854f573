import { Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { IconEdit } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { personQuery } from "@/api/people";
import { securityOfQuery, useDropFactors, useEndSessionsOf } from "@/api/security";
import { Ago } from "@/ui/Ago";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import { SessionList } from "../account/SessionList";
import classes from "./Admin.module.css";
import { PersonDialog } from "./PersonDialog";
import { Rights } from "./Rights";

const route = getRouteApi("/shell/admin/people/$id");

/** A person: what they may do in words, how they log in and where. */
export function PersonPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const toast = useToast();
  const { data: person, error, refetch } = useQuery(personQuery(id));
  const { data: security } = useQuery(securityOfQuery(id));
  const end = useEndSessionsOf();
  const drop = useDropFactors();
  const [editing, setEditing] = useState(false);
  const [dropping, setDropping] = useState(false);
  if (error && !person) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!person || !security) return <Skeleton height={640} radius="md" aria-label={t("app.loading")} />;
  const factors = security.totp_since !== null || security.passkeys.length > 0;
  return (
    <>
      <BackLink to="/admin/people" label={t("admin.tab_people")} />
      <PageHead
        title={person.name}
        aside={
          <span>
            {person.login} · {person.unit.name}
          </span>
        }
        actions={
          <Button leftSection={<IconEdit size={18} />} onClick={() => setEditing(true)}>
            {t("admin.edit_person")}
          </Button>
        }
      />
      <div className={classes.cards}>
        <Panel title={t("account.rights")}>
          {person.disabled && <Text size="sm">{t("admin.disabled")}</Text>}
          <Rights grants={person.grants} />
        </Panel>
        <Panel title={t("admin.entry")}>
          <Text size="sm">
            {person.last_login_at ? (
              <>
                {t("admin.last_login")} <Ago at={person.last_login_at} />
              </>
            ) : (
              t("admin.never_logged_in")
            )}
          </Text>
          <Text size="sm">{t(security.totp_since ? "admin.two_step_on" : "admin.two_step_off")}</Text>
          <Text size="sm" mb="sm">
            {t("admin.passkey_count", { count: security.passkeys.length })}
          </Text>
          {factors && (
            <Button variant="default" onClick={() => setDropping(true)}>
              {t("admin.drop_factors")}
            </Button>
          )}
        </Panel>
        <Panel title={t("account.sessions")}>
          {security.sessions.length === 0 ? (
            <Text size="sm">{t("admin.no_sessions")}</Text>
          ) : (
            <>
              <SessionList sessions={security.sessions} />
              <Button
                variant="default"
                mt="xs"
                loading={end.isPending}
                onClick={() =>
                  end.mutate(id, { onError: toast.problem, onSuccess: () => toast.done(t("admin.sessions_ended")) })
                }
              >
                {t("admin.end_sessions")}
              </Button>
            </>
          )}
        </Panel>
      </div>
      {editing && <PersonDialog person={person} onClose={() => setEditing(false)} />}
      <Modal
        opened={dropping}
        onClose={() => setDropping(false)}
        title={t("admin.drop_factors")}
        closeButtonProps={{ "aria-label": t("app.close") }}
      >
        <Stack>
          <Text size="sm">{t("admin.drop_factors_hint", { name: person.name })}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setDropping(false)}>
              {t("app.cancel")}
            </Button>
            <Button
              loading={drop.isPending}
              onClick={() => drop.mutate(id, { onError: toast.problem, onSuccess: () => setDropping(false) })}
            >
              {t("admin.drop_factors")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
