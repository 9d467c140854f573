/** The letters of a bulletin begin as large as the player begins; cqmin, its vmin. */
export const letters = (text: { title: string; body: string }[]) =>
  Math.min(7, 150 / Math.sqrt(text.reduce((n, t) => n + t.title.length * 2 + t.body.length, 0) + 60));

function fits(box: HTMLElement): boolean {
  const first = box.firstElementChild;
  const last = box.lastElementChild;
  if (!(first instanceof HTMLElement && last instanceof HTMLElement)) return true;
  const { paddingTop, paddingBottom } = getComputedStyle(box);
  const room = box.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom);
  return last.offsetTop + last.offsetHeight - first.offsetTop <= room;
}

/** Makes the letters smaller until every line is within the frame, as the player does (agent/internal/player/page/player.js). */
export function shrink(box: HTMLElement, start: number) {
  for (let size = start; size > 0.5; size *= 0.96) {
    box.style.fontSize = `${size.toFixed(2)}cqmin`;
    if (fits(box)) return;
  }
}
