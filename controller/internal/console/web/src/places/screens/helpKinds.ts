import {
  IconBrightnessUp,
  IconBrowser,
  IconCamera,
  IconDeviceDesktop,
  IconDeviceDesktopOff,
  IconFileText,
  IconPower,
  IconRefresh,
  IconRotateClockwise,
  IconVolume,
  type TablerIcon,
} from "@tabler/icons-react";
import type { HelpKind } from "@/api/help";

interface Amount {
  min: number;
  max: number;
  step: number;
  first: number;
}
export interface Help {
  kind: HelpKind;
  icon: TablerIcon;
  /** Changes nothing on the glass that would not change by itself: no dialog. */
  harmless?: boolean;
  amount?: Amount;
  /** Cannot be taken back from afar: the screen's name is typed. */
  typed?: boolean;
}

/** The closed list, in the order of how much it disturbs. */
export const helps: Help[] = [
  { kind: "refresh", icon: IconRefresh, harmless: true },
  { kind: "capture", icon: IconCamera, harmless: true },
  { kind: "logs", icon: IconFileText, amount: { min: 50, max: 500, step: 50, first: 200 } },
  { kind: "brightness", icon: IconBrightnessUp, amount: { min: 10, max: 100, step: 5, first: 70 } },
  { kind: "volume", icon: IconVolume, amount: { min: 0, max: 100, step: 5, first: 30 } },
  { kind: "display_on", icon: IconDeviceDesktop },
  { kind: "display_off", icon: IconDeviceDesktopOff, amount: { min: 1, max: 120, step: 5, first: 10 } },
  { kind: "restart_browser", icon: IconBrowser },
  { kind: "restart_agent", icon: IconRotateClockwise },
  { kind: "restart_pc", icon: IconPower, typed: true },
];
