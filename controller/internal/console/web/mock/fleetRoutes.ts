import { clusters, people, tokens, units } from "./people.ts";
import { page, type Route } from "./route.ts";

export const fleetRoutes: Route[] = [
  ["GET", /^\/clusters$/, ({ query }) => page(clusters, query)],
  ["GET", /^\/people$/, ({ query }) => page(people, query)],
  ["GET", /^\/units$/, ({ query }) => page(units, query)],
  ["GET", /^\/tokens$/, ({ query }) => page(tokens, query)],
];
