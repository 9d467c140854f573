/** An answer of the API that says no: RFC 9457 with the project's code, reason and params. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly reason: string,
    readonly params: Record<string, unknown>,
    detail: string,
  ) {
    super(detail);
    this.name = "Problem";
  }
}

/** Reads a problem from a response body of any shape; what cannot be read becomes reason "unreadable_answer". */
export function toProblem(status: number, body: unknown): Problem {
  const b = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (v: unknown) => (typeof v === "string" ? v : "");
  const params = typeof b.params === "object" && b.params !== null ? (b.params as Record<string, unknown>) : {};
  return new Problem(status, text(b.code) || "internal", text(b.reason) || "unreadable_answer", params, text(b.detail));
}

/** What went wrong while a page was drawn: there, a TypeError is the page's own, unless a part of it did not come. */
export function asFault(error: unknown): Problem {
  const own = error instanceof TypeError && !/import|module/i.test(error.message);
  return asProblem(own ? new Error(error.message) : error);
}

/** What went wrong in any thrown value; a failed fetch is reason "no_connection". */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) return new Problem(0, "unavailable", "no_connection", {}, error.message);
  return new Problem(0, "internal", "console_fault", {}, error instanceof Error ? error.message : String(error));
}
