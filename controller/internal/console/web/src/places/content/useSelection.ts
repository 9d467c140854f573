import { useCallback, useMemo, useState } from "react";

export interface Selection {
  chosen: ReadonlySet<string>;
  toggle: (index: number) => void;
  /** From where the last one was chosen to here. */
  extend: (index: number) => void;
  all: () => void;
  only: (ids: string[]) => void;
  clear: () => void;
}

/** What is chosen of an order, loaded or not. */
export function useSelection(ids: string[]): Selection {
  const [state, setState] = useState<{ chosen: ReadonlySet<string>; anchor: number }>({ chosen: new Set(), anchor: 0 });
  const toggle = useCallback(
    (index: number) =>
      setState(({ chosen }) => {
        const id = ids[index];
        if (id === undefined) return { chosen, anchor: 0 };
        const next = new Set(chosen);
        if (!next.delete(id)) next.add(id);
        return { chosen: next, anchor: index };
      }),
    [ids],
  );
  const extend = useCallback(
    (index: number) =>
      setState(({ chosen, anchor }) => {
        const next = new Set(chosen);
        for (const id of ids.slice(Math.min(anchor, index), Math.max(anchor, index) + 1)) next.add(id);
        return { chosen: next, anchor };
      }),
    [ids],
  );
  const only = useCallback((some: string[]) => setState({ chosen: new Set(some), anchor: 0 }), []);
  const all = useCallback(() => only(ids), [ids, only]);
  const clear = useCallback(() => only([]), [only]);
  return useMemo(
    () => ({ chosen: state.chosen, toggle, extend, all, only, clear }),
    [state.chosen, toggle, extend, all, only, clear],
  );
}
