import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { ContentTabs } from "@/places/content/ContentTabs";
import { PageHead } from "@/ui/PageHead";
import classes from "./Arrange.module.css";
import { FolderTree } from "./FolderTree";
import { ThemeTree } from "./ThemeTree";

/** The trees that media are arranged by. */
export function ArrangePage() {
  const { t } = useTranslation();
  const me = useMe();
  const may = me.rights.includes("edit_media");
  return (
    <>
      <PageHead title={t("library.arrange")} aside={<ContentTabs here="arrange" />} />
      <div className={classes.columns}>
        <ThemeTree may={may} />
        <FolderTree may={may} />
      </div>
    </>
  );
}
