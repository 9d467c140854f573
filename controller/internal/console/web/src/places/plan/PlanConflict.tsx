import { Alert, Button, Group } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** Somebody else has saved meanwhile: nobody's drawing is thrown away unasked. */
export function PlanConflict({ onMine, onTheirs }: { onMine: () => void; onTheirs: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="orange" icon={<IconUsers size={20} />} mb="sm" role="alert">
      <p>{t("plan.changed")}</p>
      <Group gap="xs" mt="xs">
        <Button onClick={onTheirs}>{t("plan.take_theirs")}</Button>
        <Button variant="default" onClick={onMine}>
          {t("plan.keep_mine")}
        </Button>
      </Group>
    </Alert>
  );
}
