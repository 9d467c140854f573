import {
  IconAlertOctagonFilled,
  IconCircleDashed,
  IconClockExclamation,
  IconDownload,
  IconMoon,
  IconPhotoPause,
  IconPlayerPlayFilled,
  IconPlugConnectedX,
  type TablerIcon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ScreenStatus } from "@/api/types";
import { StateMark, type Tone } from "./StateMark";

/** The shape and tone of each state, wherever it is drawn. */
export const screenMarks: Record<ScreenStatus, [TablerIcon, Tone]> = {
  playing: [IconPlayerPlayFilled, "ok"],
  slate: [IconPhotoPause, "info"],
  behind: [IconDownload, "warn"],
  wrong: [IconAlertOctagonFilled, "bad"],
  late: [IconClockExclamation, "warn"],
  offline: [IconPlugConnectedX, "bad"],
  never: [IconCircleDashed, "neutral"],
  resting: [IconMoon, "neutral"],
};

export function ScreenMark({ state, plain = false }: { state: ScreenStatus; plain?: boolean }) {
  const { t } = useTranslation();
  const [icon, tone] = screenMarks[state] ?? screenMarks.never;
  return <StateMark icon={icon} tone={tone} label={t(`watch.state_${state}`)} plain={plain} />;
}
