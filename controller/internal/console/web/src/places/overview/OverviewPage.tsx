import { useTranslation } from "react-i18next";
import { PageHead } from "@/ui/PageHead";

export function OverviewPage() {
  const { t } = useTranslation();
  return <PageHead title={t("place.overview")} />;
}
