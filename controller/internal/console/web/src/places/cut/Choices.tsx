import { Button, FileButton, Select, Stack } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAddSubtitles } from "@/api/subtitles";
import type { Excerpt, Media, Track } from "@/api/types";
import { reasonText } from "@/i18n/useProblemText";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Cut.module.css";

interface Props {
  item: Media;
  excerpt: Excerpt;
  disabled: boolean;
  onChange: (excerpt: Excerpt) => void;
}

/** Which sound is heard, and which subtitles are burnt in. */
export function Choices({ item, excerpt, disabled, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const add = useAddSubtitles(item.id);
  const { audio, subtitles } = item.tracks;
  const names = new Intl.DisplayNames([i18n.language], { type: "language", fallback: "code" });
  const named = (track: Track, name: string) => {
    const language = track.language ? languageName(names, track.language) : "";
    return [track.file ? "" : name, track.title, language].filter((part) => part !== "").join(" · ");
  };
  const bad = subtitles.filter((s) => s.reason !== "");
  const bring = (file: File | null) => {
    if (!file) return;
    const before = subtitles.length;
    add.mutate(file, {
      onSuccess: (media) => {
        const now = media.tracks.subtitles;
        const number = now.length > before ? now.length : now.findLastIndex((s) => s.title === file.name) + 1;
        if (number > 0) onChange({ ...excerpt, subtitles: number });
      },
    });
  };
  return (
    <>
      <Panel title={t("cut.sound")}>
        {audio.length === 0 ? (
          <p className={classes.hint}>{t("cut.sound_none")}</p>
        ) : (
          <Stack gap={8}>
            <Select
              aria-label={t("cut.sound")}
              allowDeselect={false}
              disabled={disabled}
              value={excerpt.silent ? "none" : String(excerpt.audio)}
              data={[
                { value: "0", label: t("cut.sound_default") },
                ...audio.map((a, i) => ({
                  value: String(i + 1),
                  label: named(a, t("cut.track", { number: i + 1 })),
                })),
                { value: "none", label: t("cut.sound_silent") },
              ]}
              onChange={(v) =>
                v !== null && onChange({ ...excerpt, silent: v === "none", audio: v === "none" ? 0 : Number(v) })
              }
            />
            {audio.length > 1 && <p className={classes.hint}>{t("cut.sound_hint")}</p>}
          </Stack>
        )}
      </Panel>
      <Panel title={t("cut.subtitles")}>
        <Stack gap={8}>
          <Select
            aria-label={t("cut.subtitles")}
            allowDeselect={false}
            disabled={disabled}
            value={String(excerpt.subtitles)}
            data={[
              { value: "0", label: t("cut.subtitles_none") },
              ...subtitles.map((s, i) => ({
                value: String(i + 1),
                disabled: s.reason !== "",
                label:
                  named(s, t("cut.subtitles_track", { number: i + 1 })) + (s.reason ? ` (${t("cut.unusable")})` : ""),
              })),
            ]}
            onChange={(v) => v !== null && onChange({ ...excerpt, subtitles: Number(v) })}
          />
          {bad[0] && <p className={classes.hint}>{reasonText(t, bad[0])}</p>}
          {!disabled && (
            <FileButton accept=".srt,.vtt,text/vtt,application/x-subrip" onChange={bring}>
              {(props) => (
                <Button
                  {...props}
                  variant="default"
                  leftSection={<IconFileText size={18} />}
                  loading={add.isPending}
                  fullWidth
                >
                  {t("cut.subtitles_add")}
                </Button>
              )}
            </FileButton>
          )}
          {add.error && <ProblemNote error={add.error} />}
          <p className={classes.hint}>{t("cut.subtitles_hint")}</p>
        </Stack>
      </Panel>
    </>
  );
}

function languageName(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code; // what a file says may be no language at all
  }
}
