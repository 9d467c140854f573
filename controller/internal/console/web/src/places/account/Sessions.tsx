import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEndOtherSessions, useEndSession } from "@/api/security";
import type { Session } from "@/api/types";
import { useToast } from "@/ui/useToast";
import { SessionList } from "./SessionList";

/** One's own sessions, to end one or all others. */
export function Sessions({ sessions }: { sessions: Session[] }) {
  const { t } = useTranslation();
  const toast = useToast();
  const end = useEndSession();
  const others = useEndOtherSessions();
  return (
    <>
      <SessionList sessions={sessions} onEnd={(id) => end.mutate(id, { onError: toast.problem })} />
      {sessions.length > 1 && (
        <Button
          variant="default"
          mt="xs"
          loading={others.isPending}
          onClick={() =>
            others.mutate(undefined, {
              onError: toast.problem,
              onSuccess: () => toast.done(t("account.others_ended")),
            })
          }
        >
          {t("account.end_others")}
        </Button>
      )}
    </>
  );
}
