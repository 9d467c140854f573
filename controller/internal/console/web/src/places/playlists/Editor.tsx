import { Button, TextInput } from "@mantine/core";
import { IconHistory, IconPhotoPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/rights";
import type { Media, Playlist } from "@/api/types";
import { PublishButton } from "@/publish/PublishButton";
import { BackLink } from "@/ui/BackLink";
import { OnlyReads } from "@/ui/OnlyReads";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { SaveMark } from "@/ui/SaveMark";
import { useToast } from "@/ui/useToast";
import classes from "./Editor.module.css";
import { EditorMenu } from "./EditorMenu";
import { insert, itemOf, startOf, without } from "./editing";
import { Library } from "./Library";
import { PreviewColumn } from "./PreviewColumn";
import { PublishedMark } from "./PublishedMark";
import { Sorting } from "./Sorting";
import { Timeline } from "./Timeline";
import { TotalLine } from "./TotalLine";
import { useDraft } from "./useDraft";
import { usePlayhead } from "./usePlayhead";
import { VersionsPanel } from "./VersionsPanel";

/** Timeline first, the preview beside it, the library to drag from. */
export function Editor({ playlist }: { playlist: Playlist }) {
  const { t } = useTranslation();
  const toast = useToast();
  const may = useMay("edit_plans");
  const { draft, apply, reload, saving } = useDraft(playlist);
  const playhead = usePlayhead(draft.items);
  const [library, setLibrary] = useState(may && playlist.items.length === 0);
  const [versions, setVersions] = useState(false);
  const add = (media: Media, at = draft.items.length) => apply((now) => insert(now, itemOf(media), at));
  const remove = (id: string) => {
    const at = draft.items.findIndex((i) => i.id === id);
    const item = draft.items[at];
    if (!item) return;
    apply((now) => without(now, id));
    toast.undoable(t("playlist.removed", { title: item.media.title }), () => apply((now) => insert(now, item, at)));
  };
  return (
    <>
      <BackLink to="/playlists" label={t("place.playlists")} />
      <PageHead
        title={draft.title}
        heading={
          <>
            <h1 className="visually-hidden">{draft.title}</h1>
            <TextInput
              className={classes.title}
              variant="unstyled"
              aria-label={t("playlist.title")}
              value={draft.title}
              maxLength={200}
              readOnly={!may}
              error={draft.title.trim() === "" ? t("playlist.title_needed") : null}
              onChange={(e) => apply({ ...draft, title: e.currentTarget.value })}
            />
          </>
        }
        aside={
          <>
            {saving.state !== "dirty" && saving.state !== "saving" && <PublishedMark playlist={playlist} />}
            <SaveMark state={saving.state} />
          </>
        }
        actions={
          <>
            {may && (
              <Button
                variant="default"
                leftSection={<IconPhotoPlus size={18} />}
                aria-expanded={library}
                onClick={() => setLibrary(!library)}
              >
                {t(library ? "playlist.library_close" : "playlist.library_open")}
              </Button>
            )}
            <Button
              variant="default"
              {...(may && { visibleFrom: "sm" })}
              leftSection={<IconHistory size={18} />}
              onClick={() => setVersions(true)}
            >
              {t("playlist.versions")}
            </Button>
            {may && <EditorMenu playlist={playlist} onVersions={() => setVersions(true)} />}
            <PublishButton beforeOpen={saving.flush} />
          </>
        }
      />
      {saving.error !== null && <ProblemNote error={saving.error} onRetry={() => void reload()} />}
      <TotalLine items={draft.items} playlist={playlist} />
      <Sorting draft={draft} apply={apply} onAdd={add}>
        <div className={classes.columns} data-library={library || undefined}>
          {library && <Library onAdd={add} onClose={() => setLibrary(false)} />}
          <OnlyReads when={!may}>
            <Timeline
              draft={draft}
              apply={apply}
              current={playhead.index}
              onRemove={remove}
              onSelect={(index) => playhead.seek(startOf(draft.items, index))}
              onOpenLibrary={() => setLibrary(true)}
            />
          </OnlyReads>
          <PreviewColumn playlist={playlist} items={draft.items} playhead={playhead} />
        </div>
      </Sorting>
      <VersionsPanel
        id={playlist.id}
        current={playlist.version}
        opened={versions}
        onClose={() => setVersions(false)}
        onRestored={reload}
      />
    </>
  );
}
