import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconPlus,
  IconRotate2,
  IconRotateClockwise2,
  IconTrash,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Plan, shapeKinds } from "@/api/plan";
import { SaveMark } from "@/ui/SaveMark";
import type { SaveState } from "@/ui/useAutosave";
import type { useHistory } from "../cut/useHistory";
import { addShape, type Chosen, turnBy, write } from "./drawing";
import classes from "./Plan.module.css";

interface Props {
  plan: Plan;
  chosen: Chosen | null;
  saveState: SaveState;
  history: ReturnType<typeof useHistory<Plan>>;
  set: (plan: Plan, gesture?: string) => void;
  choose: (chosen: Chosen | null) => void;
  erase: () => void;
  onDone: () => void;
}

/** What can be drawn, and what can be done with what is chosen. */
export function PlanTools({ plan, chosen, saveState, history, set, choose, erase, onDone }: Props) {
  const { t } = useTranslation();
  const shape = chosen?.what === "shape" ? plan.shapes[chosen.index] : undefined;
  return (
    <div className={classes.tools}>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" leftSection={<IconPlus size={18} />}>
            {t("plan.add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {shapeKinds.map((kind) => (
            <Menu.Item
              key={kind}
              onClick={() => {
                set(addShape(plan, kind, kind === "label" ? t("plan.kind_label") : ""));
                choose({ what: "shape", index: plan.shapes.length });
              }}
            >
              {t(`plan.kind_${kind}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t("plan.undo")}
        disabled={!history.canUndo}
        onClick={history.undo}
      >
        <IconArrowBackUp size={20} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={t("plan.redo")}
        disabled={!history.canRedo}
        onClick={history.redo}
      >
        <IconArrowForwardUp size={20} />
      </ActionIcon>
      {chosen && (
        <>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("plan.turn_left")}
            onClick={() => set(turnBy(plan, chosen, -1))}
          >
            <IconRotate2 size={20} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("plan.turn_right")}
            onClick={() => set(turnBy(plan, chosen, 1))}
          >
            <IconRotateClockwise2 size={20} />
          </ActionIcon>
          <ActionIcon variant="default" size={36} aria-label={t("plan.remove")} onClick={erase}>
            <IconTrash size={20} />
          </ActionIcon>
        </>
      )}
      {shape && chosen?.what === "shape" && (
        <TextInput
          aria-label={t("plan.text")}
          placeholder={t("plan.text")}
          maxLength={60}
          value={shape.text}
          onChange={(e) => set(write(plan, chosen.index, e.currentTarget.value), "text")}
          onBlur={history.settle}
        />
      )}
      <span className={classes.end}>
        <SaveMark state={saveState} />
        <Button onClick={onDone}>{t("plan.done")}</Button>
      </span>
    </div>
  );
}
