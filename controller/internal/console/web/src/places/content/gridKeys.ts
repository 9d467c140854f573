/** Where a key leads from a place in a grid; undefined for keys that lead nowhere. */
export function keyTarget(key: string, at: number, columns: number, rows: number, count: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rows,
    PageDown: columns * rows,
  };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  if (step === undefined) return undefined;
  const to = at + step;
  if (to >= 0 && to < count) return to;
  // Up and down stay where they are at the edge; pages go as far as they can.
  if (key === "PageUp") return at % columns;
  if (key === "PageDown" || (key === "ArrowDown" && Math.floor(at / columns) < Math.floor((count - 1) / columns)))
    return count - 1;
  return at;
}
