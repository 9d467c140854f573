import { type Bytes, textOf } from "./bytes";

/** The form of a document: its fields in order, each a plain value, a list or a document again. */
export type Form = "text" | "number" | { list: Form } | { fields: readonly (readonly [name: string, form: Form])[] };

const fault = (what: string) => new Error(`cannot read a document: ${what}`);

/** Rebuilds a value by its form, so that nothing the form does not name is left. */
function rebuild(value: unknown, form: Form): unknown {
  if (form === "text" || form === "number") {
    if (typeof value !== (form === "text" ? "string" : "number")) throw fault(`${String(value)} is no ${form}`);
    return value;
  }
  if ("list" in form) {
    if (!Array.isArray(value)) throw fault("a list is missing");
    return value.map((v) => rebuild(v, form.list));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fault("a part is missing");
  const parts = value as Record<string, unknown>;
  return Object.fromEntries(form.fields.map(([name, f]) => [name, rebuild(parts[name], f)]));
}

/** Compact JSON as Go writes it without escaping HTML. */
const write = (value: unknown) => JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");

/**
 * Reads canonical bytes and refuses any others: unknown, missing or repeated
 * fields, another order, spaces. What is shown is then all that is signed.
 */
export function readCanonical<T>(bytes: Bytes, form: Form): T {
  const text = textOf(bytes);
  const value = rebuild(JSON.parse(text), form);
  if (write(value) !== text) throw fault("its bytes are not canonical");
  return value as T;
}
