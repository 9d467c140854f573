import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/i18n/useProblemText";

const undoMs = 20_000;

/**
 * Short messages over the page; what was done can be undone from there.
 * What can be undone is said when a mutation's promise ends (`mutateAsync`), not in a callback of `mutate`: that is
 * dropped when what was pressed has gone from the page by then, as a deleted row has.
 */
export function useToast() {
  const { t } = useTranslation();
  const say = useProblemText();
  return useMemo(() => {
    const problem = (error: unknown) =>
      notifications.show({ message: say(error), color: "marker", autoClose: 8000, role: "alert" });
    return {
      problem,
      done: (message: string) => notifications.show({ message, color: "gray", autoClose: 4000 }),
      undoable: (message: string, undo: () => void) => {
        const id = notifications.show({
          color: "gray",
          autoClose: undoMs,
          message: (
            <Group justify="space-between" wrap="nowrap">
              {message}
              <Button
                variant="subtle"
                size="compact-sm"
                flex="none"
                onClick={() => {
                  notifications.hide(id);
                  undo();
                }}
              >
                {t("app.undo")}
              </Button>
            </Group>
          ),
        });
      },
    };
  }, [t, say]);
}
