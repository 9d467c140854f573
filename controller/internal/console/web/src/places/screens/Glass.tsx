import {
  IconBrowser,
  IconCamera,
  IconDeviceDesktop,
  IconDeviceDesktopOff,
  IconPhotoPause,
  IconSpeakerphone,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ScreenState, Witness } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import classes from "./Glass.module.css";
import { doesShow, isCaptureOld, shouldShow } from "./glass";

export const witnessIcons: Record<Witness, TablerIcon> = {
  browser: IconBrowser,
  display: IconDeviceDesktop,
  camera: IconCamera,
};

interface Props {
  screen: ScreenState;
  now: Date;
  /** Both large, beside one another; else what should be shown is small in a corner. */
  pair: boolean;
  /** Its last report is old: all of it is. */
  old: boolean;
}

/** What a screen should show beside what it does. */
export function Glass({ screen: s, now, pair, old }: Props) {
  const should = shouldShow(s);
  const does = doesShow(s);
  return (
    <div className={classes.glass} data-pair={pair || undefined} data-old={old || undefined}>
      <DoesPane does={does} now={now} old={old} lastSeen={s.last_seen_at} />
      {(pair || (does?.by === "witness" && should)) && <ShouldPane should={should} />}
    </div>
  );
}

function ShouldPane({ should }: { should: ReturnType<typeof shouldShow> }) {
  const { t } = useTranslation();
  return (
    <Pane label={t("watch.should")} kind="should">
      {should?.kind === "item" && <img src={should.url} alt="" />}
      {should?.kind === "slate" && <IconPhotoPause size={28} stroke={1.4} aria-hidden="true" />}
      {should?.kind === "bulletin" && <IconSpeakerphone size={28} stroke={1.4} aria-hidden="true" />}
    </Pane>
  );
}

interface DoesProps {
  does: ReturnType<typeof doesShow>;
  now: Date;
  old: boolean;
  lastSeen: string | null;
}

function DoesPane({ does, now, old, lastSeen }: DoesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (does?.by !== "witness")
    return (
      <Pane label={t("watch.says")} kind="says" age={old && lastSeen ? format.ago(lastSeen, now) : ""}>
        {does ? <img src={does.url} alt="" /> : <IconDeviceDesktopOff size={32} stroke={1.2} aria-hidden="true" />}
      </Pane>
    );
  const c = does.picture;
  const Icon = witnessIcons[c.witness];
  return (
    <Pane
      label={t("watch.does")}
      kind="does"
      icon={<Icon size={13} stroke={2} aria-label={t(`watch.witness_${c.witness}`)} />}
      age={format.ago(c.at, now)}
      old={isCaptureOld(c, now)}
    >
      <img src={c.url} alt="" />
    </Pane>
  );
}

interface PaneProps {
  label: string;
  kind: "should" | "does" | "says";
  icon?: ReactNode;
  age?: string;
  old?: boolean;
  children: ReactNode;
}

function Pane({ label, kind, icon, age = "", old = false, children }: PaneProps) {
  return (
    <figure className={classes.pane} data-kind={kind} data-old={old || undefined}>
      {children}
      <figcaption>
        {icon}
        <span>{label}</span>
        {age && <time>{age}</time>}
      </figcaption>
    </figure>
  );
}
