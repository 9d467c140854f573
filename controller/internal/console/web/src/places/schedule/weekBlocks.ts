import type { Block, Week } from "@/api/types";
import { addDays, instantOf } from "@/time/zone";

/** One entry on one day of the week view, for all the screens under the lens that have it at the same time. */
export interface DayBlock {
  key: string;
  entryId: string;
  title: string;
  playlistTitle: string;
  /** Minutes since midnight. */
  from: number;
  to: number;
  priority: number;
  screens: string[];
  /** On how many of the screens it is what shows. */
  wins: number;
  hiddenBy: string[];
  /** How deep it is stacked over overlapping blocks of lower priority. */
  lane: number;
  /** In how many columns its day is set; 0 where blocks may lie over each other. */
  columns: number;
}

const dayMinutes = 24 * 60;

/** Minutes since midnight as 07:30; the end of the day is 24:00. */
export const clock = (m: number) => `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`;

function minutesInto(day: string, instant: string): number {
  const ms = Date.parse(instant) - instantOf(day).getTime();
  return Math.min(dayMinutes, Math.max(0, Math.round(ms / 60_000)));
}

const overlap = (a: DayBlock, b: DayBlock) => a.from < b.to && b.from < a.to;

/** Stacks overlapping blocks: what has the higher priority lies further right and over the others. */
function lay(blocks: DayBlock[]): DayBlock[] {
  const laid: DayBlock[] = [];
  for (const block of blocks.toSorted((a, b) => a.priority - b.priority || a.from - b.from || b.to - a.to)) {
    const under = laid.filter((other) => overlap(other, block));
    block.lane = Math.max(-1, ...under.map((other) => other.lane)) + 1;
    laid.push(block);
  }
  const columns = laid.some((a) => laid.some((b) => a !== b && hidesName(a, b))) ? lanesOf(laid) : 0;
  for (const block of laid) block.columns = columns;
  return laid.toSorted((a, b) => a.from - b.from || a.lane - b.lane);
}

/** A name needs about this much of its block; what begins later may lie over the rest. */
const nameMinutes = 45;
const hidesName = (a: DayBlock, b: DayBlock) => overlap(a, b) && Math.abs(a.from - b.from) < nameMinutes;
const lanesOf = (blocks: DayBlock[]) => Math.max(...blocks.map((b) => b.lane)) + 1;

/** Per cent of a day's width by which what lies over another is moved right, and at most. */
const indent = 20;
const mostIndent = 60;

/** Where a block stands across its day, in per cent: over the others, or beside them where it would hide their names. */
export function across(b: Pick<DayBlock, "lane" | "columns">): { left: number; width: number } {
  if (b.columns > 0) return { left: (100 * b.lane) / b.columns, width: 100 / b.columns };
  const left = Math.min(indent * b.lane, mostIndent);
  return { left, width: 100 - left };
}

/** The blocks of one day, cut at its midnights, the same entry on several screens as one. */
export function blocksOfDay(week: Pick<Week, "blocks">, day: string): DayBlock[] {
  const start = instantOf(day).getTime();
  const end = instantOf(addDays(day, 1)).getTime();
  const merged = new Map<string, DayBlock>();
  const add = (b: Block) => {
    const from = minutesInto(day, b.start);
    const to = minutesInto(day, b.end);
    if (to <= from) return;
    const key = `${b.entry_id}|${from}|${to}`;
    const known = merged.get(key);
    if (known) {
      known.screens.push(b.screen_id);
      known.wins += b.wins ? 1 : 0;
      known.hiddenBy = [...new Set([...known.hiddenBy, ...b.hidden_by])];
      return;
    }
    merged.set(key, {
      key,
      entryId: b.entry_id,
      title: b.title,
      playlistTitle: b.playlist_title,
      from,
      to,
      priority: b.priority,
      screens: [b.screen_id],
      wins: b.wins ? 1 : 0,
      hiddenBy: [...b.hidden_by],
      lane: 0,
      columns: 0,
    });
  };
  for (const b of week.blocks) if (Date.parse(b.end) > start && Date.parse(b.start) < end) add(b);
  return lay([...merged.values()]);
}
