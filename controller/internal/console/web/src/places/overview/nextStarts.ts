import type { Week } from "@/api/types";
import { addDays, instantOf } from "@/time/zone";

export interface Change {
  at: string;
  entryId: string;
  title: string;
  kind: "starts" | "ends";
  screens: number;
}

/** The next moments at which an entry begins or ends to show, the soonest first. */
export function nextChanges(week: Pick<Week, "blocks" | "days">, now: Date, most: number): Change[] {
  // What reaches the end of the week shown goes on: that is no change.
  const end = instantOf(addDays(week.days.at(-1) ?? "", 1)).getTime();
  const found = new Map<string, Change>();
  for (const b of week.blocks.filter((x) => x.wins)) {
    for (const [kind, at] of [
      ["starts", b.start],
      ["ends", b.end],
    ] as const) {
      if (Date.parse(at) <= now.getTime() || Date.parse(at) >= end) continue;
      const key = `${kind}|${at}|${b.entry_id}`;
      const known = found.get(key);
      if (known) known.screens++;
      else found.set(key, { at, kind, entryId: b.entry_id, title: b.title, screens: 1 });
    }
  }
  return [...found.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(0, most);
}
