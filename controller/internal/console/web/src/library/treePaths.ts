interface Node {
  id: string;
  parent_id: string;
}

/** What stands before a node from the top on, itself last. */
export function pathOf<T extends Node>(all: readonly T[], node: T): T[] {
  const path = [node];
  for (let i = 0; i < all.length; i++) {
    const above = all.find((n) => n.id === path[0]?.parent_id);
    if (!above) break;
    path.unshift(above);
  }
  return path;
}

/** All nodes, each before those below it, sisters as they stand, with their depth. */
export function inTreeOrder<T extends Node>(all: readonly T[]): { node: T; depth: number }[] {
  const below = new Map<string, T[]>();
  for (const n of all) below.set(n.parent_id, [...(below.get(n.parent_id) ?? []), n]);
  const out: { node: T; depth: number }[] = [];
  const visit = (parent: string, depth: number) => {
    for (const node of below.get(parent) ?? []) {
      out.push({ node, depth });
      visit(node.id, depth + 1);
    }
  };
  visit("", 0);
  return out;
}

/** A node and all that is below it. */
export function withBelow<T extends Node>(all: readonly T[], id: string): Set<string> {
  const out = new Set([id]);
  for (const { node } of inTreeOrder(all)) if (out.has(node.parent_id)) out.add(node.id);
  return out;
}
