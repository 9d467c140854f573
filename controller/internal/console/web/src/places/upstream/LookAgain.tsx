import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import type { Media } from "@/api/types";
import { judging, useLookAgain } from "@/api/upstream";
import { useToast } from "@/ui/useToast";

/** Whether the page that an approved item came from still says the same, now instead of tomorrow. */
export function LookAgain({ item }: { item: Media }) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const me = useMe();
  const again = useLookAgain();
  if (item.state !== "approved" || !item.origin.page_sha256 || !judging.some((r) => me.rights.includes(r))) return null;
  return (
    <Button
      variant="default"
      fullWidth
      mt="sm"
      leftSection={<IconRefresh size={18} />}
      loading={again.isPending}
      onClick={() =>
        again.mutate(item.id, {
          onError: toast.problem,
          onSuccess: (c) => {
            if (c.state === "same" && !c.problem) toast.done(t("upstream.unchanged"));
            else void navigate({ to: "/sources/changes/$id", params: { id: c.id } });
          },
        })
      }
    >
      {t("upstream.again")}
    </Button>
  );
}
