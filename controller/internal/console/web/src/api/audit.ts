import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { base, http } from "./http";
import type { AuditEntry, Me, Named, Page } from "./types";

/** What the log keeps, in the order of the filter. */
export const auditKinds = [
  "decision.submit",
  "decision.review",
  "decision.approve",
  "decision.return",
  "decision.withdraw",
  "publish.plan",
  "publish.withdrawal",
  "publish.new_screen",
  "publish.charter",
  "publish.hold",
  "publish.release",
  "publish.supplement",
  "order.takedown",
  "order.bulletin",
  "order.safe",
  "order.lift",
  "order.place",
  "key.offer",
  "key.drop",
  "charter.accept",
  "login.ok",
  "login.failed",
  "login.flood",
  "login.password",
  "login.end",
  "login.endall",
  "factor.on",
  "factor.off",
  "factor.recovery",
  "factor.passkey",
  "factor.remove",
  "factor.drop",
  "token.add",
  "token.delete",
  "person.add",
  "person.change",
  "person.password",
  "unit.add",
  "unit.change",
  "unit.brand",
  "cluster.add",
  "cluster.change",
  "site.pin",
  "screen.claim",
  "screen.change",
  "screen.revoke",
  "ticket.give",
  "ticket.revoke",
  "screen.replace",
  "device.change",
  "device.check",
  "screen.settings",
  "profile.change",
  "profile.drop",
  "maintenance.plan",
  "maintenance.end",
  "site.change",
  "site.policy",
  "source.hold",
  "source.flood",
  "source.keep",
  "theme.change",
  "library.edit",
  "library.undo",
  "alert.add",
  "alert.change",
  "alert.remove",
  "alert.test",
  "alert.lost",
  "alert.deadman",
  "shift.staffing",
  "release.add",
  "release.propose",
  "release.start",
  "release.pause",
  "release.resume",
  "release.halt",
  "release.back",
  "release.end",
  "release.finish",
  "screen.ahead",
  "screen.level",
  "help.refresh",
  "help.capture",
  "help.logs",
  "help.restart_browser",
  "help.restart_agent",
  "help.restart_pc",
  "help.display_on",
  "help.display_off",
  "help.brightness",
  "help.volume",
  "backup.make",
  "backup.restore",
  "export.audit",
] as const;

export interface AuditFilter {
  from?: string | undefined;
  until?: string | undefined;
  kind?: string | undefined;
  person?: string | undefined;
}

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<AuditEntry>>("/audit", { ...filter, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor || undefined,
    placeholderData: (previous) => previous,
  });

/** Those who did something, also people who are not there any more. */
export const auditPeopleQuery = queryOptions({
  queryKey: ["audit", "people"],
  queryFn: async ({ signal }) => (await http.get<Page<Named>>("/audit/people", {}, signal)).items,
});

/** The whole log as a file, signed. */
export const auditExport = `${base}/audit/export`;

export const mayReadAudit = (me: Me) => me.rights.includes("read_audit");
