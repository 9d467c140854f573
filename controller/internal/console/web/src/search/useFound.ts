import { IconDeviceDesktop, IconPhoto, IconPlaylist, IconUserCircle, type TablerIcon } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { mediaListQuery } from "@/api/media";
import { playlistsQuery } from "@/api/playlists";
import { useMe } from "@/api/session";
import { watchQuery } from "@/api/watch";
import { linksFor } from "@/shell/places";
import { fold } from "./fold";

export interface Hit {
  to: string;
  title: string;
  kind: string;
  icon: TablerIcon;
  picture?: string;
}

const most = 6;

/** What fits the words typed: pages first, then what the server finds; only places this person has. */
export function useFound(open: boolean, q: string): Hit[] {
  const { t } = useTranslation();
  const me = useMe();
  const asks = open && q !== "";
  const has = (place: (typeof me.places)[number]) => me.places.includes(place);
  const media = useInfiniteQuery({ ...mediaListQuery({ q }), enabled: asks && has("content") });
  const playlists = useInfiniteQuery({ ...playlistsQuery(q), enabled: asks && has("playlists") });
  const screens = useQuery({ ...watchQuery, enabled: open && has("screens") }).data?.screens ?? [];
  const wanted = fold(q);
  const pages: Hit[] = [
    ...linksFor(me.places).map((p) => ({
      to: p.to,
      title: t(`place.${p.place}`),
      kind: t("search.page"),
      icon: p.icon,
    })),
    { to: "/account", title: t("app.account"), kind: t("search.page"), icon: IconUserCircle },
  ];
  const hits = pages.filter((p) => fold(p.title).includes(wanted));
  if (!asks) return hits;
  for (const s of screens.filter((x) => fold(`${x.name} ${x.cluster.name}`).includes(wanted)).slice(0, most)) {
    hits.push({
      to: `/screens/${s.id}`,
      title: `${s.name} · ${s.cluster.name}`,
      kind: t("plays.screen"),
      icon: IconDeviceDesktop,
    });
  }
  for (const p of playlists.data?.pages[0]?.items.slice(0, most) ?? []) {
    hits.push({ to: `/playlists/${p.id}`, title: p.title, kind: t("place.playlists"), icon: IconPlaylist });
  }
  for (const m of media.data?.pages[0]?.items.slice(0, most) ?? []) {
    hits.push({
      to: `/content/${m.id}`,
      title: m.title,
      kind: t(`media.kind_${m.kind}`),
      icon: IconPhoto,
      picture: m.thumbnail_url,
    });
  }
  return hits;
}
