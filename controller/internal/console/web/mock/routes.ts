import { auditRoutes } from "./auditRoutes.ts";
import { charterRoutes } from "./charterRoutes.ts";
import { contentRoutes } from "./contentRoutes.ts";
import { fleetRoutes } from "./fleetRoutes.ts";
import { helpRoutes } from "./helpRoutes.ts";
import { incidentRoutes } from "./incidentRoutes.ts";
import { orderRoutes } from "./orderRoutes.ts";
import { playlistRoutes } from "./playlistRoutes.ts";
import { releaseRoutes } from "./releaseRoutes.ts";
import type { Route } from "./route.ts";
import { scheduleRoutes } from "./scheduleRoutes.ts";
import { securityRoutes } from "./securityRoutes.ts";
import { checkLogin, me, setMe } from "./session.ts";
import { signingRoutes } from "./signingRoutes.ts";

const session: Route[] = [
  [
    "POST",
    /^\/session$/,
    ({ body, response, request }) => {
      checkLogin(body.login, body.password);
      response.setHeader("Set-Cookie", `cotmoc_mock=${body.login}; Path=/`);
      request.headers.cookie = `cotmoc_mock=${body.login}`;
      return me(request);
    },
  ],
  ["DELETE", /^\/session$/, ({ response }) => void response.setHeader("Set-Cookie", "cotmoc_mock=; Path=/; Max-Age=0")],
  ["GET", /^\/me$/, ({ request }) => me(request)],
  ["PATCH", /^\/me$/, ({ request, body }) => setMe(request, body)],
  ["POST", /^\/me\/password$/, () => undefined],
];

export const routes: Route[] = [
  ...session,
  ...securityRoutes,
  ...contentRoutes,
  ...playlistRoutes,
  ...scheduleRoutes,
  ...incidentRoutes,
  ...fleetRoutes,
  ...auditRoutes,
  ...charterRoutes,
  ...signingRoutes,
  ...orderRoutes,
  ...releaseRoutes,
  ...helpRoutes,
];
