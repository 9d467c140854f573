import type { TFunction } from "i18next";
import { auditKinds } from "@/api/audit";
import type { AuditEntry, Named } from "@/api/types";

const kindKey = (kind: string) => `audit.kind_${kind.replaceAll(".", "_")}`;

/** What was done, in words; a kind that a newer server keeps stays as it is. */
export function kindWords(t: TFunction, kind: string): string {
  return t(kindKey(kind), { defaultValue: kind });
}

/** The kinds for a select, under the words of their groups. */
export function kindGroups(t: TFunction): { group: string; items: { value: string; label: string }[] }[] {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const kind of auditKinds) {
    const group = kind.slice(0, kind.indexOf("."));
    groups.set(group, [...(groups.get(group) ?? []), { value: kind, label: kindWords(t, kind) }]);
  }
  return [...groups].map(([group, items]) => ({ group: t(`audit.group_${group}`), items }));
}

/** The id of commands on the server's own machine; nobody else has it. */
const operator = "operatoraaaaaaaa";

export function actorName(t: TFunction, actor: Named): string {
  if (actor.id === "") return t("audit.system");
  return actor.id === operator ? t("audit.operator") : actor.name || actor.id;
}

const text = (v: unknown) => (typeof v === "string" ? v : "");

/** Who did it. Of a login that failed nobody knows. */
export function whoWords(t: TFunction, e: AuditEntry): string {
  return e.kind === "login.failed" ? t("audit.nobody") : actorName(t, e.actor);
}

/** What it was about, as it was called then. */
export function aboutWords(t: TFunction, e: AuditEntry): string {
  const name = text(e.detail.name);
  if (e.kind === "login.failed" && e.subject === "") return t("audit.unknown_login");
  if (e.kind.startsWith("login.") && e.subject === e.actor.id) return "";
  return name || text(e.detail.login);
}

/** The rest worth reading at a glance. */
export function moreWords(t: TFunction, e: AuditEntry): string {
  const { reason, label, address, screens, count, media, what } = e.detail;
  return [
    text(reason),
    text(label),
    text(address) && t("audit.address", { address: text(address) }),
    typeof screens === "number" && t("audit.screens", { count: screens }),
    typeof count === "number" && t("audit.count", { count }),
    typeof media === "number" && t("audit.media", { count: media }),
    e.kind === "theme.change" && text(what) && t(`audit.theme_${text(what)}`),
  ]
    .filter(Boolean)
    .join(" · ");
}
