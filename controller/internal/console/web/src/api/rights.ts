import { useCharterMode } from "./charter";
import { useMe } from "./session";

/** Whether a person may do something anywhere; the server decides about the single case. */
export const useMay = (right: string) => useMe().rights.includes(right);

/** Which orders a person may give; none before there is a charter, since nobody could sign them. */
export function useOrderRights() {
  const me = useMe();
  const on = useCharterMode(me.places.includes("screens")) === "charter";
  const has = (right: string) => on && me.rights.includes(right);
  const takeDown = has("take_down");
  const bulletin = has("issue_bulletin");
  return {
    takeDown,
    bulletin,
    safe: has("make_safe"),
    place: has("manage_screens"),
    list: takeDown || bulletin || has("manage_screens") || has("read_audit"),
  };
}
