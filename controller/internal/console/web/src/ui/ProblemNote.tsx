import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { useProblemText } from "@/i18n/useProblemText";

/** What went wrong and the way out, in place. What is forbidden stays so, however often it is tried. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const say = useProblemText();
  return (
    <Alert color="marker" icon={<IconAlertTriangle size={20} />} role="alert" mb="md">
      <Group justify="space-between">
        {say(error)}
        {onRetry && asProblem(error).status !== 403 && (
          <Button variant="default" size="xs" onClick={onRetry}>
            {t("app.retry")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
