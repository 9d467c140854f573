import {
  IconAlertOctagonFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconClock,
  IconDownload,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlugConnectedX,
  IconTestPipe,
  type TablerIcon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { PlannedState, PlanState } from "@/api/releases";
import { StateMark, type Tone } from "@/ui/StateMark";

const plans: Record<PlanState, [TablerIcon, Tone]> = {
  proposed: [IconClock, "info"],
  running: [IconPlayerPlayFilled, "ok"],
  paused: [IconPlayerPauseFilled, "warn"],
  halted: [IconAlertOctagonFilled, "bad"],
  done: [IconCircleCheckFilled, "ok"],
  ended: [IconCircleDashed, "neutral"],
  undone: [IconCircleDashed, "warn"],
};
const members: Record<PlannedState, [TablerIcon, Tone]> = {
  waiting: [IconCircleDashed, "neutral"],
  offered: [IconDownload, "info"],
  healthy: [IconCircleCheckFilled, "ok"],
  absent: [IconPlugConnectedX, "warn"],
  failed: [IconAlertOctagonFilled, "bad"],
  left: [IconCircleDashed, "neutral"],
};
const updates: Record<string, [TablerIcon, Tone]> = {
  fetching: [IconDownload, "info"],
  waiting: [IconClock, "info"],
  trial: [IconTestPipe, "warn"],
  rolled_back: [IconAlertOctagonFilled, "bad"],
  refused: [IconAlertOctagonFilled, "bad"],
};

export function PlanMark({ state }: { state: PlanState }) {
  const { t } = useTranslation();
  const [icon, tone] = plans[state];
  return <StateMark icon={icon} tone={tone} label={t(`release.plan_${state}`)} />;
}

export function MemberMark({ state }: { state: PlannedState }) {
  const { t } = useTranslation();
  const [icon, tone] = members[state];
  return <StateMark icon={icon} tone={tone} label={t(`release.member_${state}`)} plain />;
}

/** What a screen does about its own program; nothing when it does nothing. */
export function UpdateMark({ state }: { state: string }) {
  const { t } = useTranslation();
  const mark = updates[state];
  if (!mark) return null;
  return <StateMark icon={mark[0]} tone={mark[1]} label={t(`release.update_${state}`)} plain />;
}
