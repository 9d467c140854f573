import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { PageKind, SourceSite } from "@/api/sources";
import classes from "./Sources.module.css";

/** Whether somebody has found a site's present description right for such pages. */
export const isConfirmed = (site: SourceSite, kind: PageKind) => site.tests[kind]?.version === site.version;

/** Says so when a site is read by rules that nobody has tested. */
export function Unconfirmed({ site, kind }: { site: SourceSite; kind: PageKind }) {
  const { t } = useTranslation();
  if (isConfirmed(site, kind)) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />} mb="md">
      {t(`sources.unconfirmed_${kind}`, { site: site.name })}{" "}
      <Link className={classes.test} to="/sources/sites" search={{ site: site.id }}>
        {t("sources.test_it")}
      </Link>
    </Alert>
  );
}
