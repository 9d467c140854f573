import { Button, Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaListQuery } from "@/api/media";
import { useMay } from "@/api/rights";
import { slateQuery, usePutSlate } from "@/api/schedule";
import { MoreButton } from "@/ui/MoreButton";
import { Panel } from "@/ui/Panel";
import { profileName } from "@/ui/profileName";
import { useToast } from "@/ui/useToast";
import classes from "./Preview.module.css";

export function SlateCard({ profile }: { profile: string }) {
  const { t } = useTranslation();
  const toast = useToast();
  const may = useMay("edit_plans");
  const slate = useQuery(slateQuery(profile));
  const put = usePutSlate(profile);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed, 250);
  const list = useInfiniteQuery({
    ...mediaListQuery({ q: q || undefined, state: "approved", kind: "image" }),
    enabled: open,
  });
  const media = slate.data?.media;
  const choose = (id: string) => {
    const before = media?.id;
    const putBack = (was: string) => void put.mutateAsync(was).catch(toast.problem);
    void put.mutateAsync(id).then(() => {
      setOpen(false);
      if (before) toast.undoable(t("schedule.slate_changed"), () => putBack(before));
    }, toast.problem);
  };
  return (
    <Panel title={profileName(t, profile)}>
      <div className={classes.slate}>
        {media ? <img src={media.thumbnail_url} alt={media.title} /> : <p>{t("schedule.slate_none")}</p>}
      </div>
      <p className={classes.slateTitle}>{media?.title}</p>
      {may && (
        <Button variant="default" onClick={() => setOpen(true)}>
          {t(media ? "schedule.slate_change" : "schedule.slate_choose")}
        </Button>
      )}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size={720}
        title={t("schedule.slate_choose")}
        closeButtonProps={{ "aria-label": t("app.close") }}
      >
        <TextInput
          type="search"
          data-autofocus
          aria-label={t("content.search")}
          placeholder={t("content.search")}
          value={typed}
          onChange={(e) => setTyped(e.currentTarget.value)}
        />
        <ul className={classes.choices}>
          {list.data?.pages
            .flatMap((p) => p.items)
            .filter((m) => !m.valid_until)
            .map((m) => (
              <li key={m.id}>
                <button type="button" onClick={() => choose(m.id)}>
                  <img src={m.thumbnail_url} alt="" />
                  {m.title}
                </button>
              </li>
            ))}
        </ul>
        <MoreButton list={list} />
      </Modal>
    </Panel>
  );
}
