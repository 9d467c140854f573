import { Button } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/Empty";

/** For whoever follows a link to a place that is not of their work: no page of buttons that would all be refused. */
export function NotYours() {
  const { t } = useTranslation();
  return (
    <Empty
      icon={IconLock}
      title={t("app.not_yours_title")}
      hint={t("app.not_yours_hint")}
      action={
        <Button component={Link} to="/">
          {t("app.go_home")}
        </Button>
      }
    />
  );
}
