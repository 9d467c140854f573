import { useCallback, useReducer } from "react";

interface State<T> {
  past: T[];
  present: T;
  future: T[];
  /** Changes of one gesture are one step back. */
  gesture: string;
}
type Act<T> = { kind: "set"; value: T; gesture: string } | { kind: "settle" } | { kind: "undo" } | { kind: "redo" };

const most = 100;

function next<T>(s: State<T>, act: Act<T>): State<T> {
  switch (act.kind) {
    case "set": {
      const goesOn = act.gesture !== "" && act.gesture === s.gesture;
      return {
        past: goesOn ? s.past : [...s.past, s.present].slice(-most),
        present: act.value,
        future: [],
        gesture: act.gesture,
      };
    }
    case "settle":
      return s.gesture === "" ? s : { ...s, gesture: "" };
    case "undo": {
      const value = s.past.at(-1);
      if (value === undefined) return s;
      return { past: s.past.slice(0, -1), present: value, future: [s.present, ...s.future], gesture: "" };
    }
    case "redo": {
      const [value, ...rest] = s.future;
      if (value === undefined) return s;
      return { past: [...s.past, s.present], present: value, future: rest, gesture: "" };
    }
  }
}

/** A value with its changes, to be taken back and made again. */
export function useHistory<T>(first: T) {
  const [state, act] = useReducer(next<T>, { past: [], present: first, future: [], gesture: "" });
  return {
    value: state.present,
    set: useCallback((value: T, gesture = "") => act({ kind: "set", value, gesture }), []),
    settle: useCallback(() => act({ kind: "settle" }), []),
    undo: useCallback(() => act({ kind: "undo" }), []),
    redo: useCallback(() => act({ kind: "redo" }), []),
    canUndo: state.past.length > 0,
    canRedo: state.future.length > 0,
  };
}
