import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { BackLink } from "@/ui/BackLink";
import { PageHead } from "@/ui/PageHead";
import { RunbookView } from "./RunbookView";

const route = getRouteApi("/shell/screens/runbooks/$name");

/** A runbook on its own, to be read before anything has happened. */
export function RunbookPage() {
  const { t } = useTranslation();
  const { name } = route.useParams();
  return (
    <>
      <BackLink to="/screens/incidents" label={t("incident.title")} />
      <PageHead title={t("incident.runbook")} />
      <RunbookView name={name} />
    </>
  );
}
