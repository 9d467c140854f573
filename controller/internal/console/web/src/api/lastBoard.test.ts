import { expect, test } from "vitest";
import { readBoard, toBoard } from "./lastBoard";
import type { ScreenState, Watch } from "./types";

const screen = (n: number, state: ScreenState["state"]) =>
  ({
    id: `s${n}`,
    name: `LED ${n}`,
    cluster: { id: "c", name: "C" },
    state,
    since: "x",
    player_url: "http://secret/",
  }) as ScreenState;

test("little is kept of each screen, the worst first, and of many the rest is counted", () => {
  const screens = Array.from({ length: 310 }, (_, n) => screen(n, n === 305 ? "wrong" : "playing"));
  const b = toBoard({ now: "", screens } as Watch, { id: "p", name: "An" }, new Date(0));
  expect(b.screens).toHaveLength(300);
  expect(b.rest).toBe(10);
  expect(b.screens[0]).toEqual({
    id: "s305",
    name: "LED 305",
    cluster: { id: "c", name: "C" },
    state: "wrong",
    since: "x",
  });
  expect(readBoard(JSON.stringify(b))).toEqual(b);
});

test("what is not ours is nothing", () => {
  for (const text of [null, "", "{", "null", "[]", '{"at":"x"}', '{"screens":1,"at":"x","person":{"name":"A"}}'])
    expect(readBoard(text)).toBeNull();
});
