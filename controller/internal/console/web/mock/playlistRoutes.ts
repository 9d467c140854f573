import { complete, makePlaylist, playlists, put } from "./playlists.ts";
import { found, Refusal } from "./refuse.ts";
import { matches, page, type Route } from "./route.ts";

const get = (id: string) => found(playlists.find((p) => p.id === id));

export const playlistRoutes: Route[] = [
  [
    "GET",
    /^\/playlists$/,
    ({ query }) =>
      page(
        playlists.filter((p) => matches(p.title, query.get("q"))),
        query,
      ),
  ],
  [
    "POST",
    /^\/playlists$/,
    ({ body }) => {
      const made = makePlaylist(`pl${Date.now()}`, body.title, [], 0, 1);
      playlists.unshift(made);
      return made;
    },
  ],
  ["GET", /^\/playlists\/([^/]+)$/, ({ id }) => complete(get(id))],
  ["PUT", /^\/playlists\/([^/]+)$/, ({ id, body }) => put(get(id), body)],
  [
    "DELETE",
    /^\/playlists\/([^/]+)$/,
    ({ id }) => {
      if (get(id).used_by.length) throw new Refusal(409, "playlist_in_use");
      playlists.splice(playlists.indexOf(get(id)), 1);
    },
  ],
  [
    "GET",
    /^\/playlists\/([^/]+)\/versions$/,
    ({ id, query }) => {
      const p = get(id);
      const all = Array.from({ length: p.version }, (_, i) => ({
        version: p.version - i,
        title: p.title,
        at: new Date(Date.now() - i * 7_000_000).toISOString(),
        by: p.updated_by,
        items_count: p.items.length - i,
        total_ms: p.total_ms - i * 10_000,
        published: p.version - i === p.published_version,
      }));
      return page(all, query);
    },
  ],
  ["POST", /^\/playlists\/([^/]+)\/restore$/, ({ id }) => get(id)],
  [
    "GET",
    /^\/media\/([^/]+)\/source-preview$/,
    ({ id, response }) => {
      response.writeHead(302, { Location: `/api/v1/pictures/${id.slice(1)}/1440x960.svg` }).end();
    },
  ],
  [
    "GET",
    /^\/media\/([^/]+)\/renditions\/([^/]+)$/,
    ({ id, part, response }) => {
      const size = part.includes("portrait") ? "1080x1920" : "1920x1080";
      response.writeHead(302, { Location: `/api/v1/pictures/${id.slice(1)}/${size}.svg` }).end();
    },
  ],
];
