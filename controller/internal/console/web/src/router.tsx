import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import type { MediaFilter } from "./api/media";
import { asProblem } from "./api/problem";
import { meQuery } from "./api/session";
import { Broken } from "./shell/Broken";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: NotFound, errorComponent: Broken });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (s: Record<string, unknown>) => ({
    to: typeof s.to === "string" && s.to.startsWith("/") && !s.to.startsWith("//") ? s.to : undefined,
    ended: s.ended === true || undefined,
  }),
  component: lazyRouteComponent(() => import("./places/login/LoginPage"), "LoginPage"),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      throw redirect({
        to: "/login",
        search: { to: location.pathname === "/" ? undefined : location.href, ended: undefined },
      });
    }
  },
  component: Shell,
});

const text = (v: unknown) => (typeof v === "string" && v !== "" ? v : undefined);

const content = createRoute({
  getParentRoute: () => shell,
  path: "/content",
  validateSearch: (s: Record<string, unknown>): MediaFilter => ({
    q: text(s.q),
    state: text(s.state),
    kind: text(s.kind),
    language: text(s.language),
    author: s.author === "me" ? "me" : undefined,
    sort: s.sort === "title" ? "title" : undefined,
  }),
  component: lazyRouteComponent(() => import("./places/content/ContentPage"), "ContentPage"),
});

const mediaPage = createRoute({
  getParentRoute: () => shell,
  path: "/content/$id",
  component: lazyRouteComponent(() => import("./places/media/MediaPage"), "MediaPage"),
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("./places/overview/OverviewPage"), "OverviewPage"),
});

const review = createRoute({
  getParentRoute: () => shell,
  path: "/review",
  validateSearch: (s: Record<string, unknown>) => ({ item: text(s.item) }),
  component: lazyRouteComponent(() => import("./places/review/ReviewPage"), "ReviewPage"),
});

const playlists = createRoute({
  getParentRoute: () => shell,
  path: "/playlists",
  component: lazyRouteComponent(() => import("./places/playlists/PlaylistsPage"), "PlaylistsPage"),
});

const playlistEditor = createRoute({
  getParentRoute: () => shell,
  path: "/playlists/$id",
  component: lazyRouteComponent(() => import("./places/playlists/EditorPage"), "EditorPage"),
});

const publication = createRoute({
  getParentRoute: () => shell,
  path: "/publications/$id",
  component: lazyRouteComponent(() => import("./publish/PublicationPage"), "PublicationPage"),
});

const routeTree = root.addChildren([
  login,
  shell.addChildren([overview, content, mediaPage, review, playlists, playlistEditor, publication]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({ routeTree, context: { queryClient }, defaultPreload: "intent", scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
