import { Button, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlaylist, IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { playlistsQuery, useAddPlaylist } from "@/api/playlists";
import { useMay } from "@/api/rights";
import { Empty } from "@/ui/Empty";
import { MoreButton } from "@/ui/MoreButton";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import { PlaylistRow } from "./PlaylistRow";
import classes from "./PlaylistsPage.module.css";

export function PlaylistsPage() {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const [q, setQ] = useState("");
  const [wanted] = useDebouncedValue(q, 250);
  const list = useInfiniteQuery(playlistsQuery(wanted));
  const add = useAddPlaylist();
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const create = () =>
    add.mutate(t("playlist.new_title"), {
      onError: toast.problem,
      onSuccess: (p) => void navigate({ to: "/playlists/$id", params: { id: p.id } }),
    });
  const may = useMay("edit_plans");
  const button = may && (
    <Button leftSection={<IconPlus size={18} />} loading={add.isPending} onClick={create}>
      {t("playlist.create")}
    </Button>
  );
  const none = list.data && items.length === 0;
  return (
    <>
      <PageHead title={t("place.playlists")} actions={none && q === "" ? null : button} />
      <TextInput
        type="search"
        mb="md"
        maw={420}
        aria-label={t("playlist.search")}
        placeholder={t("playlist.search")}
        leftSection={<IconSearch size={18} stroke={1.6} />}
        value={q}
        onChange={(e) => setQ(e.currentTarget.value)}
      />
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={480} radius="md" />}
      {none && (
        <Empty
          icon={IconPlaylist}
          title={q ? t("content.no_match") : t("playlist.none")}
          hint={q ? t("content.no_match_hint") : may && t("playlist.none_hint")}
          action={q === "" && button}
        />
      )}
      <ul className={classes.list}>
        {items.map((p) => (
          <PlaylistRow key={p.id} playlist={p} />
        ))}
      </ul>
      <MoreButton list={list} />
    </>
  );
}
