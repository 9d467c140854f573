import type { PlaylistItem } from "@/api/types";
import { profileSize } from "@/ui/profileName";
import classes from "./Editor.module.css";
import { Layer } from "./Layer";
import type { Playhead } from "./usePlayhead";

/** As the player on the screens: agent/internal/player fades over this long. */
const fadeMs = 600;

interface Props {
  items: PlaylistItem[];
  profile: string;
  playhead: Playhead;
}

/** Two items exist at a time, what shows and what comes next; a fade is the next item over the last. */
export function LoopStage({ items, profile, playhead }: Props) {
  const shape = profileSize(profile) ?? { width: 16, height: 9 };
  const current = items[playhead.index];
  const previous = items[(playhead.index + items.length - 1) % Math.max(1, items.length)];
  const next = items[(playhead.index + 1) % Math.max(1, items.length)];
  const fading = playhead.playing && current?.transition === "fade" && playhead.offset < fadeMs && items.length > 1;
  const layers = [
    ...(fading && previous ? [{ item: previous, opacity: 1, active: false }] : []),
    ...(current ? [{ item: current, opacity: fading ? playhead.offset / fadeMs : 1, active: true }] : []),
    ...(next && next !== current && next !== previous ? [{ item: next, opacity: 0, active: false }] : []),
  ];
  return (
    <div className={classes.stage}>
      <div className={classes.loop} style={{ aspectRatio: `${shape.width} / ${shape.height}` }}>
        {layers.map(({ item, opacity, active }) => (
          <Layer
            key={item.id}
            item={item}
            profile={profile}
            opacity={opacity}
            playing={active && playhead.playing}
            offset={active ? playhead.offset : 0}
          />
        ))}
      </div>
    </div>
  );
}
