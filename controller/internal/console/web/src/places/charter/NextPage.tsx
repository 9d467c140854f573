import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { charterQuery } from "@/api/charter";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { FirstCharter } from "./FirstCharter";
import { NextCharter } from "./NextCharter";

/** Prepares the next charter from the one in force. */
export function NextPage() {
  const { t } = useTranslation();
  const state = useQuery(charterQuery).data;
  return (
    <>
      <BackLink to="/admin/charter" label={t("admin.tab_charter")} />
      <PageHead title={t("charter.compose")} />
      {!state && <Skeleton height={520} radius="md" />}
      {state &&
        (state.charter ? (
          <NextCharter key={state.charter.number} state={state} charter={state.charter} />
        ) : (
          <FirstCharter state={state} />
        ))}
    </>
  );
}
