import { describe, expect, test } from "vitest";
import { atOnce, due, progress, tray, type Upload, type UploadEvent } from "./machine";

const file = (key: string) => ({ key, name: `${key}.jpg`, size: 100 });
const run = (...events: UploadEvent[]) => events.reduce<readonly Upload[]>(tray, []);
const phases = (state: readonly Upload[]) => state.map((u) => u.phase);

describe("upload tray", () => {
  test("a file goes from waiting to done", () => {
    const state = run(
      { type: "added", uploads: [file("a")] },
      { type: "started", key: "a" },
      { type: "progress", key: "a", sent: 40 },
      { type: "sent", key: "a" },
      { type: "finished", key: "a", mediaId: "m1" },
    );
    expect(state).toEqual([{ key: "a", name: "a.jpg", size: 100, sent: 100, phase: "done", mediaId: "m1" }]);
  });

  test("pause holds, and late progress of the old request does not restart it", () => {
    const paused = run(
      { type: "added", uploads: [file("a")] },
      { type: "started", key: "a" },
      { type: "paused", key: "a" },
      { type: "progress", key: "a", sent: 80 },
    );
    expect(paused[0]).toMatchObject({ phase: "paused", sent: 0 });
    expect(phases(tray(paused, { type: "started", key: "a" }))).toEqual(["sending"]);
  });

  test("a dropped connection stalls and progress heals it", () => {
    const stalled = run(
      { type: "added", uploads: [file("a")] },
      { type: "started", key: "a" },
      { type: "stalled", key: "a" },
    );
    expect(phases(stalled)).toEqual(["stalled"]);
    expect(phases(tray(stalled, { type: "progress", key: "a", sent: 10 }))).toEqual(["sending"]);
  });

  test("what a reload interrupted waits for its file and goes on under the same key", () => {
    const state = run({ type: "remembered", uploads: [{ ...file("a"), sent: 60 }] });
    expect(phases(state)).toEqual(["interrupted"]);
    expect(phases(tray(state, { type: "added", uploads: [file("a")] }))).toEqual(["waiting"]);
  });

  test("the same file dropped twice is one upload", () => {
    const state = run({ type: "added", uploads: [file("a")] }, { type: "added", uploads: [file("a"), file("b")] });
    expect(state.map((u) => u.key)).toEqual(["a", "b"]);
  });

  test("only so many are sent at once", () => {
    const files = ["a", "b", "c", "d"].map(file);
    let state = run({ type: "added", uploads: files });
    expect(due(state)).toHaveLength(atOnce);
    for (const u of due(state)) state = tray(state, { type: "started", key: u.key });
    expect(due(state)).toHaveLength(0);
    expect(due(tray(state, { type: "paused", key: "a" }))).toHaveLength(1);
  });

  test("a refusal ends it and stays until cleared; what moves is kept", () => {
    const state = run(
      { type: "added", uploads: [file("a"), file("b")] },
      { type: "started", key: "a" },
      { type: "refused", key: "a", reason: { reason: "image_svg" } },
      { type: "sent", key: "a" },
    );
    expect(phases(state)).toEqual(["refused", "waiting"]);
    expect(phases(tray(state, { type: "cleared" }))).toEqual(["waiting"]);
    expect(progress(state)).toEqual({ moving: 1, sent: 0, size: 100 });
  });
});
