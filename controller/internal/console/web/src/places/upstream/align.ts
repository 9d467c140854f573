import type { SourceArticle, SourceFile } from "@/api/sources";

/** What counts in the comparison: a text or a picture. */
export interface Piece {
  kind: "title" | "text" | "picture";
  /** What makes two of them the same. */
  key: string;
  text: string;
  picture: string;
}
/** A line of the comparison; a piece is missing where its side has none. */
export interface Row {
  before?: Piece;
  after?: Piece;
}
export interface Word {
  text: string;
  /** The other side lacks it. */
  only: boolean;
}

/** All that counts of a page, in its order. */
export function pieces(a: SourceArticle): Piece[] {
  const text = (kind: "title" | "text", text: string): Piece => ({ kind, key: `${kind} ${text}`, text, picture: "" });
  const file = (f: SourceFile): Piece => ({ kind: "picture", key: f.address, text: f.alt, picture: f.picture_url });
  return [
    text("title", a.title),
    ...(a.summary ? [text("text", a.summary)] : []),
    ...a.paragraphs.filter((p) => p.text).map((p) => text("text", p.text)),
    ...a.pictures.map(file),
    ...a.videos.map(file),
  ];
}

/** Both sides line by line: what is the same stands beside itself, what was rewritten beside what it became. */
export function align(before: Piece[], after: Piece[]): Row[] {
  const rows: Row[] = [];
  let from = 0;
  let to = 0;
  for (const [i, j] of [...common(before, after, (p) => p.key), [before.length, after.length] as const]) {
    rows.push(...between(before.slice(from, i), after.slice(to, j)));
    const was = before[i];
    const is = after[j];
    if (was && is) rows.push({ before: was, after: is });
    from = i + 1;
    to = j + 1;
  }
  return rows;
}

/** What stands between two equal pieces: pieces of one kind face each other as they come. */
function between(before: Piece[], after: Piece[]): Row[] {
  const rows: Row[] = [];
  let next = 0;
  for (const was of before) {
    const at = after.findIndex((p, i) => i >= next && p.kind === was.kind);
    const is = after[at];
    if (!is) {
      rows.push({ before: was });
      continue;
    }
    rows.push(...after.slice(next, at).map((p) => ({ after: p })), { before: was, after: is });
    next = at + 1;
  }
  return [...rows, ...after.slice(next).map((p) => ({ after: p }))];
}

export const same = (r: Row) => r.before?.key === r.after?.key;

/** The words of a rewritten text, each side's own marked. */
export function wordsOf(before: string, after: string): [Word[], Word[]] {
  const was = before.split(/(\s+)/);
  const is = after.split(/(\s+)/);
  if (was.length * is.length > 250_000) return [[{ text: before, only: true }], [{ text: after, only: true }]];
  const both = common(was, is, (w) => w);
  const left = new Set(both.map(([i]) => i));
  const right = new Set(both.map(([, j]) => j));
  return [joined(was, left), joined(is, right)];
}

/** Neighbours of one kind become one. */
function joined(words: string[], shared: Set<number>): Word[] {
  const out: Word[] = [];
  words.forEach((text, i) => {
    const only = !shared.has(i);
    const last = out.at(-1);
    if (last && last.only === only) last.text += text;
    else if (text) out.push({ text, only });
  });
  return out;
}

/** The longest run of pairs that both lists have in one order. */
function common<T>(a: T[], b: T[], key: (x: T) => string): [number, number][] {
  const long: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => long[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = long[i];
      if (row) row[j] = key(a[i] as T) === key(b[j] as T) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const out: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; )
    if (key(a[i] as T) === key(b[j] as T)) out.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  return out;
}
