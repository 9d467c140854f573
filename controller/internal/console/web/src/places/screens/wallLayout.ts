/** How many columns and rows of tiles, and whether two pictures have room beside one another in each. */
export interface WallLayout {
  columns: number;
  rows: number;
  pair: boolean;
  /** Tiles are so small that they bear their name and state alone. */
  dense: boolean;
}

const gap = 8;
const words = 44;
const wordsDense = 24;
const wide = 16 / 9;
/** Two pictures beside one another are of use from this width of each. */
const least = 210;

/** The arrangement in which the pictures of so many tiles are largest without scrolling. */
export function wallLayout(screens: number, width: number, height: number): WallLayout {
  const count = Math.max(1, screens);
  let best: WallLayout = { columns: 1, rows: count, pair: false, dense: true };
  let most = 0;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const w = (width - gap * (columns - 1)) / columns;
    const h = (height - gap * (rows - 1)) / rows;
    const dense = h < 150;
    const picture = h - (dense ? wordsDense : words);
    if (picture <= 0 || w <= 0) continue;
    const one = Math.min(w, picture * wide);
    const two = Math.min(w / 2, picture * wide);
    const pair = two >= least;
    const size = pair ? two * 1.6 : one; // two fair pictures tell more than one large
    if (size > most) {
      most = size;
      best = { columns, rows, pair, dense };
    }
  }
  return best;
}
