import type { IncomingMessage } from "node:http";
import type { Me, Place } from "../src/api/types.ts";
import { people } from "./people.ts";
import { Refusal } from "./refuse.ts";

const all: Place[] = ["overview", "content", "review", "playlists", "schedule", "screens", "reports", "admin"];
const placesOf: Record<string, Place[]> = {
  bientap: ["overview", "content", "review", "playlists", "schedule", "screens", "reports"],
  thamdinh: ["overview", "content", "review", "screens"],
  duyet: ["overview", "content", "review", "playlists", "schedule", "screens"],
  trucban: ["screens"],
  khancap: ["screens"],
  quantri: all,
};

const rightsOf: Record<string, string[]> = {
  bientap: ["watch"],
  duyet: ["take_down", "watch"],
  khancap: ["take_down", "issue_bulletin", "watch"],
  trucban: ["make_safe", "watch", "handle_incidents", "assist_screens"],
  quantri: [
    "read_audit",
    "manage_people",
    "manage_screens",
    "assist_screens",
    "handle_incidents",
    "manage_releases",
    "start_releases",
    "take_down",
    "watch",
  ],
};

const settings = new Map<string, Pick<Me, "locale" | "theme">>();

function loginOf(request: IncomingMessage): string {
  return /cotmoc_mock=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
}

export const signedIn = (request: IncomingMessage) => loginOf(request) in placesOf;

export function me(request: IncomingMessage): Me {
  const login = loginOf(request);
  const person = people.find((p) => p.login === login);
  if (!person) throw new Refusal(401, "login_required");
  const { locale, theme } = settings.get(login) ?? { locale: "vi", theme: "auto" };
  return {
    id: person.id,
    login,
    name: person.name,
    locale,
    theme,
    unit: person.unit,
    grants: person.grants,
    rights: rightsOf[login] ?? [],
    places: placesOf[login] ?? [],
  };
}

export function setMe(request: IncomingMessage, change: Partial<Me>): Me {
  const now = me(request);
  settings.set(now.login, { locale: change.locale ?? now.locale, theme: change.theme ?? now.theme });
  return me(request);
}

export function checkLogin(login: string, password: string): void {
  if (!(login in placesOf) || password !== "mock") throw new Refusal(401, "login_wrong");
}

/** Holds the person to the password once more. */
export function checkPassword(password: string): void {
  if (password !== "mock") throw new Refusal(422, "password_wrong");
}
