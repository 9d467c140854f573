import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconHistory, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { useAddPlaylist, useDeletePlaylist } from "@/api/playlists";
import type { Playlist } from "@/api/types";
import { useToast } from "@/ui/useToast";
import { draftOf, toPut } from "./editing";

export function EditorMenu({ playlist, onVersions }: { playlist: Playlist; onVersions: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const remove = useDeletePlaylist();
  const add = useAddPlaylist();
  /** Puts a deleted playlist back: the same title and items under a new id. */
  const putBack = async () => {
    try {
      const made = await add.mutateAsync(playlist.title);
      const items = toPut(draftOf(playlist), made.version).items.map(({ id: _, ...item }) => item);
      await http.put(`/playlists/${made.id}`, { base_version: made.version, title: playlist.title, items });
      await navigate({ to: "/playlists/$id", params: { id: made.id } });
    } catch (error) {
      toast.problem(error);
    }
  };
  const removeIt = () =>
    void remove.mutateAsync(playlist.id).then(() => {
      void navigate({ to: "/playlists" });
      toast.undoable(t("playlist.deleted", { title: playlist.title }), () => void putBack());
    }, toast.problem);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" aria-label={t("app.more")}>
          <IconDots size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item hiddenFrom="sm" leftSection={<IconHistory size={18} />} onClick={onVersions}>
          {t("playlist.versions")}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={18} />} onClick={removeIt}>
          {t("playlist.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
