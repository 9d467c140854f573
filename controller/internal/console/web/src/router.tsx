import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { lastBoard } from "./api/lastBoard";
import type { MediaFilter } from "./api/media";
import { asProblem } from "./api/problem";
import { meQuery } from "./api/session";
import { LastBoardPage } from "./places/screens/LastBoardPage";
import { Broken } from "./shell/Broken";
import { NotFound } from "./shell/NotFound";
import { linksFor } from "./shell/places";
import { Shell } from "./shell/Shell";

function Lost() {
  return (
    <main>
      <NotFound />
    </main>
  );
}

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ notFoundComponent: Lost, errorComponent: Broken });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (s: Record<string, unknown>): Texts<"to"> & { ended?: true | undefined } => ({
    to: typeof s.to === "string" && s.to.startsWith("/") && !s.to.startsWith("//") ? s.to : undefined,
    ended: s.ended === true || undefined,
  }),
  component: lazyRouteComponent(() => import("./places/login/LoginPage"), "LoginPage"),
});

/** Whoever is not logged in goes to the log-in page, and comes back. */
async function signedIn({ context, location }: { context: Context; location: { pathname: string; href: string } }) {
  try {
    await context.queryClient.ensureQueryData(meQuery);
  } catch (error) {
    const { status } = asProblem(error);
    if (status === 0 && lastBoard()) throw redirect({ to: "/last-board", replace: true });
    if (status !== 401) throw error;
    throw redirect({
      to: "/login",
      search: { to: location.pathname === "/" ? undefined : location.href, ended: undefined },
    });
  }
}

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: signedIn,
  component: Shell,
});

/** The wall monitor has nothing around it. */
const bare = createRoute({
  getParentRoute: () => root,
  id: "bare",
  beforeLoad: signedIn,
  component: lazyRouteComponent(() => import("./places/screens/WallFrame"), "WallFrame"),
});

/** Part of the first chunk: it is for when no other can be fetched. */
const last = createRoute({ getParentRoute: () => root, path: "/last-board", component: LastBoardPage });

const wall = createRoute({
  getParentRoute: () => bare,
  path: "/screens/wall",
  component: lazyRouteComponent(() => import("./places/screens/WallPage"), "WallPage"),
});

/** Search parameters that are all plain texts and may all be absent. */
type Texts<K extends string> = { [P in K]?: string | undefined };
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
    theme: text(s.theme),
    folder: text(s.folder),
    tag: text(s.tag),
    validity: text(s.validity),
    sort: s.sort === "title" ? "title" : undefined,
  }),
  component: lazyRouteComponent(() => import("./places/content/ContentPage"), "ContentPage"),
});

const mediaPage = createRoute({
  getParentRoute: () => shell,
  path: "/content/$id",
  component: lazyRouteComponent(() => import("./places/media/MediaPage"), "MediaPage"),
});

const cutPage = createRoute({
  getParentRoute: () => shell,
  path: "/content/$id/cut",
  component: lazyRouteComponent(() => import("./places/cut/CutPage"), "CutPage"),
});

const words = createRoute({
  getParentRoute: () => shell,
  path: "/content/words",
  component: lazyRouteComponent(() => import("./places/words/WordsPage"), "WordsPage"),
});

const scans = createRoute({
  getParentRoute: () => shell,
  path: "/content/scans",
  component: lazyRouteComponent(() => import("./places/scans/ScansPage"), "ScansPage"),
});

const arrange = createRoute({
  getParentRoute: () => shell,
  path: "/content/arrange",
  component: lazyRouteComponent(() => import("./places/arrange/ArrangePage"), "ArrangePage"),
});

const sources = createRoute({
  getParentRoute: () => shell,
  path: "/sources",
  validateSearch: (
    s: Record<string, unknown>,
  ): Texts<"site" | "list" | "slug" | "language" | "words" | "from" | "until" | "page"> => ({
    site: text(s.site),
    list: text(s.list),
    slug: text(s.slug),
    language: text(s.language),
    words: text(s.words),
    from: text(s.from),
    until: text(s.until),
    page: text(s.page),
  }),
  component: lazyRouteComponent(() => import("./places/sources/SourcesPage"), "SourcesPage"),
});

const tray = createRoute({
  getParentRoute: () => shell,
  path: "/sources/tray",
  validateSearch: (s: Record<string, unknown>): Texts<"search"> & { state?: "taken" | "rejected" | undefined } => ({
    state: s.state === "taken" || s.state === "rejected" ? s.state : undefined,
    search: text(s.search),
  }),
  component: lazyRouteComponent(() => import("./places/sources/TrayPage"), "TrayPage"),
});

const find = createRoute({
  getParentRoute: () => shell,
  path: "/sources/tray/$id",
  component: lazyRouteComponent(() => import("./places/sources/FindPage"), "FindPage"),
});

const change = createRoute({
  getParentRoute: () => shell,
  path: "/sources/changes/$id",
  component: lazyRouteComponent(() => import("./places/upstream/ChangePage"), "ChangePage"),
});

const sites = createRoute({
  getParentRoute: () => shell,
  path: "/sources/sites",
  validateSearch: (s: Record<string, unknown>): Texts<"site"> => ({ site: text(s.site) }),
  component: lazyRouteComponent(() => import("./places/sources/SitesPage"), "SitesPage"),
});

const newSlide = createRoute({
  getParentRoute: () => shell,
  path: "/slides/new",
  validateSearch: (s: Record<string, unknown>): Texts<"find"> => ({ find: text(s.find) }),
  component: lazyRouteComponent(() => import("./places/slides/NewSlidePage"), "NewSlidePage"),
});

const brand = createRoute({
  getParentRoute: () => shell,
  path: "/slides/brand",
  component: lazyRouteComponent(() => import("./places/slides/BrandPage"), "BrandPage"),
});

const slide = createRoute({
  getParentRoute: () => shell,
  path: "/slides/$id",
  component: lazyRouteComponent(() => import("./places/slides/SlidePage"), "SlidePage"),
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: ({ context }) => {
    const places = context.queryClient.getQueryData(meQuery.queryKey)?.places ?? [];
    const [first] = linksFor(places);
    if (first && first.to !== "/") throw redirect({ to: first.to, replace: true });
  },
  component: lazyRouteComponent(() => import("./places/overview/OverviewPage"), "OverviewPage"),
});

const review = createRoute({
  getParentRoute: () => shell,
  path: "/review",
  validateSearch: (s: Record<string, unknown>): Texts<"item"> & { view?: "many" | "again" | "more" | undefined } => ({
    item: text(s.item),
    view: s.view === "many" || s.view === "again" || s.view === "more" ? s.view : undefined,
  }),
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

const schedule = createRoute({
  getParentRoute: () => shell,
  path: "/schedule",
  validateSearch: (s: Record<string, unknown>): Texts<"week" | "cluster" | "screen"> => ({
    week: text(s.week),
    cluster: text(s.cluster),
    screen: text(s.screen),
  }),
  component: lazyRouteComponent(() => import("./places/schedule/SchedulePage"), "SchedulePage"),
});

const preview = createRoute({
  getParentRoute: () => shell,
  path: "/schedule/preview",
  validateSearch: (s: Record<string, unknown>): Texts<"screen"> => ({ screen: text(s.screen) }),
  component: lazyRouteComponent(() => import("./places/schedule/PreviewPage"), "PreviewPage"),
});

const slates = createRoute({
  getParentRoute: () => shell,
  path: "/schedule/slates",
  component: lazyRouteComponent(() => import("./places/schedule/SlatesPage"), "SlatesPage"),
});

const history = createRoute({
  getParentRoute: () => shell,
  path: "/schedule/history",
  component: lazyRouteComponent(() => import("./places/schedule/HistoryPage"), "HistoryPage"),
});

const entry = createRoute({
  getParentRoute: () => shell,
  path: "/schedule/entries/$id",
  component: lazyRouteComponent(() => import("./places/schedule/EntryPage"), "EntryPage"),
});

const screens = createRoute({
  getParentRoute: () => shell,
  path: "/screens",
  component: lazyRouteComponent(() => import("./places/screens/WatchPage"), "WatchPage"),
});

const orders = createRoute({
  getParentRoute: () => shell,
  path: "/screens/orders",
  component: lazyRouteComponent(() => import("./places/orders/OrdersPage"), "OrdersPage"),
});

const plan = createRoute({
  getParentRoute: () => shell,
  path: "/screens/plan",
  component: lazyRouteComponent(() => import("./places/plan/PlanPage"), "PlanPage"),
});

const bulletin = createRoute({
  getParentRoute: () => shell,
  path: "/screens/bulletin",
  validateSearch: (s: Record<string, unknown>): Texts<"screen"> => ({ screen: text(s.screen) }),
  component: lazyRouteComponent(() => import("./places/orders/BulletinPage"), "BulletinPage"),
});

const shifts = createRoute({
  getParentRoute: () => shell,
  path: "/screens/shifts",
  validateSearch: (s: Record<string, unknown>): Texts<"cluster"> => ({ cluster: text(s.cluster) }),
  component: lazyRouteComponent(() => import("./places/shifts/ShiftsPage"), "ShiftsPage"),
});

const shiftSheet = createRoute({
  getParentRoute: () => shell,
  path: "/screens/shifts/print",
  validateSearch: (s: Record<string, unknown>) => ({ cluster: text(s.cluster) ?? "", day: text(s.day) ?? "" }),
  component: lazyRouteComponent(() => import("./places/shifts/SheetPage"), "SheetPage"),
});

const shapes = createRoute({
  getParentRoute: () => shell,
  path: "/screens/shapes",
  component: lazyRouteComponent(() => import("./places/shapes/ShapesPage"), "ShapesPage"),
});

const incidents = createRoute({
  getParentRoute: () => shell,
  path: "/screens/incidents",
  component: lazyRouteComponent(() => import("./places/incidents/IncidentsPage"), "IncidentsPage"),
});

const incidentPage = createRoute({
  getParentRoute: () => shell,
  path: "/screens/incidents/$id",
  component: lazyRouteComponent(() => import("./places/incidents/IncidentPage"), "IncidentPage"),
});

const runbookPage = createRoute({
  getParentRoute: () => shell,
  path: "/screens/runbooks/$name",
  component: lazyRouteComponent(() => import("./places/incidents/RunbookPage"), "RunbookPage"),
});

const devices = createRoute({
  getParentRoute: () => shell,
  path: "/screens/devices",
  component: lazyRouteComponent(() => import("./places/screens/DevicesPage"), "DevicesPage"),
});

const releases = createRoute({
  getParentRoute: () => shell,
  path: "/screens/releases",
  component: lazyRouteComponent(() => import("./places/releases/ReleasesPage"), "ReleasesPage"),
});

const screenPage = createRoute({
  getParentRoute: () => shell,
  path: "/screens/$id",
  component: lazyRouteComponent(() => import("./places/screens/ScreenPage"), "ScreenPage"),
});

const reports = createRoute({
  getParentRoute: () => shell,
  path: "/reports",
  validateSearch: (s: Record<string, unknown>): Texts<"from" | "until" | "screen"> => ({
    from: text(s.from),
    until: text(s.until),
    screen: text(s.screen),
  }),
  component: lazyRouteComponent(() => import("./places/reports/ReportsPage"), "ReportsPage"),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: "/reports/audit",
  validateSearch: (s: Record<string, unknown>): Texts<"from" | "until" | "kind" | "person"> => ({
    from: text(s.from),
    until: text(s.until),
    kind: text(s.kind),
    person: text(s.person),
  }),
  component: lazyRouteComponent(() => import("./places/reports/AuditPage"), "AuditPage"),
});

const adminHome = createRoute({
  getParentRoute: () => shell,
  path: "/admin",
  beforeLoad: () => {
    throw redirect({ to: "/admin/$tab", params: { tab: "people" }, replace: true });
  },
});

const admin = createRoute({
  getParentRoute: () => shell,
  path: "/admin/$tab",
  component: lazyRouteComponent(() => import("./places/admin/AdminPage"), "AdminPage"),
});

const nextCharter = createRoute({
  getParentRoute: () => shell,
  path: "/admin/charter/next",
  component: lazyRouteComponent(() => import("./places/charter/NextPage"), "NextPage"),
});

const person = createRoute({
  getParentRoute: () => shell,
  path: "/admin/people/$id",
  component: lazyRouteComponent(() => import("./places/admin/PersonPage"), "PersonPage"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  component: lazyRouteComponent(() => import("./places/account/AccountPage"), "AccountPage"),
});

const routeTree = root.addChildren([
  login,
  last,
  bare.addChildren([wall]),
  shell.addChildren([
    overview,
    content,
    mediaPage,
    cutPage,
    words,
    scans,
    arrange,
    sources,
    change,
    tray,
    find,
    sites,
    newSlide,
    brand,
    slide,
    review,
    playlists,
    playlistEditor,
    publication,
    schedule,
    preview,
    slates,
    history,
    entry,
    screens,
    incidents,
    incidentPage,
    runbookPage,
    devices,
    orders,
    plan,
    bulletin,
    shifts,
    shiftSheet,
    shapes,
    releases,
    screenPage,
    reports,
    audit,
    adminHome,
    admin,
    nextCharter,
    person,
    account,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({ routeTree, context: { queryClient }, defaultPreload: "intent", scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
