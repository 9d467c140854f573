import type { Me, Role } from "./types";

/** Whether a person has one of the roles anywhere; the server decides about the single case. */
export const hasRole = (me: Me, ...roles: Role[]) => me.grants.some((g) => roles.includes(g.role));
