/** Thrown by a mock route: becomes a problem answer. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly params: Record<string, unknown> = {},
  ) {
    super(reason);
  }
}

export function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Refusal(404, "not_found");
  return thing;
}
