import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { charterQuery } from "@/api/charter";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { Composer } from "./Composer";

/** Prepares the next charter from the one in force, or the first. */
export function NextPage() {
  const { t } = useTranslation();
  const state = useQuery(charterQuery).data;
  return (
    <>
      <BackLink to="/admin/charter" label={t("admin.tab_charter")} />
      <PageHead title={t(state?.mode === "none" ? "charter.compose_first" : "charter.compose")} />
      {state ? <Composer key={state.charter?.number ?? 0} state={state} /> : <Skeleton height={520} radius="md" />}
    </>
  );
}
