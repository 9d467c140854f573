import type { Charter } from "@/api/charter";
import type { SigningCredential } from "@/api/signing";

export type KeyState = "pending" | "named" | "ended";

/** Whether a key waits for a charter, counts, or does not any more. */
export function keyState(key: SigningCredential, charter: Charter | null | undefined): KeyState {
  if (!key.named) return "pending";
  const person = charter?.people.find((p) => p.id === key.person_id);
  const over = person?.valid_until && Date.parse(person.valid_until) <= Date.now();
  return person && (person.standing !== "active" || over) ? "ended" : "named";
}
