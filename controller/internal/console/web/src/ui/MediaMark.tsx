import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconCircleCheckFilled,
  IconCircleHalf2,
  IconHourglassEmpty,
  IconLoader2,
  IconPencil,
  IconPlayerPauseFilled,
  type TablerIcon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { MediaState } from "@/api/types";
import { StateMark, type Tone } from "./StateMark";

const marks: Record<MediaState, [TablerIcon, Tone]> = {
  processing: [IconLoader2, "neutral"],
  failed: [IconAlertTriangle, "bad"],
  draft: [IconPencil, "neutral"],
  submitted: [IconHourglassEmpty, "info"],
  reviewed: [IconCircleHalf2, "info"],
  approved: [IconCircleCheckFilled, "ok"],
  returned: [IconArrowBackUp, "warn"],
  withdrawn: [IconBan, "bad"],
};

export function MediaMark({ state, plain = false }: { state: MediaState; plain?: boolean }) {
  const { t } = useTranslation();
  const [icon, tone] = marks[state] ?? marks.draft;
  return <StateMark icon={icon} tone={tone} label={t(`media.state_${state}`)} plain={plain} />;
}

/** Beside the state of an approved item that programmes leave out for now. */
export function HeldMark({ plain = false }: { plain?: boolean }) {
  const { t } = useTranslation();
  return <StateMark icon={IconPlayerPauseFilled} tone="warn" label={t("upstream.held_short")} plain={plain} />;
}
