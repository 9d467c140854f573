import { Button } from "@mantine/core";
import { IconMapPinQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/Empty";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty
      icon={IconMapPinQuestion}
      title={t("app.not_found_title")}
      hint={t("app.not_found_hint")}
      action={
        <Button component={Link} to="/">
          {t("app.go_home")}
        </Button>
      }
    />
  );
}
