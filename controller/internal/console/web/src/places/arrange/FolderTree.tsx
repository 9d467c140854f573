import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Folder, foldersQuery, useAddFolder, useChangeFolder, useDeleteFolder } from "@/api/library";
import { unitsQuery } from "@/api/people";
import { useMe } from "@/api/session";
import { useFormat } from "@/i18n/useFormat";
import { inTreeOrder, withBelow } from "@/library/treePaths";
import { useFolderChoices } from "@/library/useLabelChoices";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import classes from "./Arrange.module.css";
import { NameDialog } from "./NameDialog";
import { PlaceDialog } from "./PlaceDialog";

const top = "-";
type Doing = { act: "add" | "rename" | "move"; folder: Folder | null } | null;

/** The folders of one's unit, and of those whose media one sees. */
export function FolderTree({ may }: { may: boolean }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const me = useMe();
  const toast = useToast();
  const folders = useQuery(foldersQuery);
  const units = useQuery(unitsQuery).data ?? [];
  const add = useAddFolder();
  const change = useChangeFolder();
  const remove = useDeleteFolder();
  const [doing, setDoing] = useState<Doing>(null);
  const all = folders.data ?? [];
  const about = doing?.folder ?? null;
  const choices = useFolderChoices(about?.unit_id);
  const several = new Set(all.map((f) => f.unit_id)).size > 1;
  const close = () => {
    for (const m of [add, change]) m.reset();
    setDoing(null);
  };
  return (
    <Panel
      flush
      title={t("library.folders")}
      aside={
        may && (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconPlus size={16} />}
            onClick={() => setDoing({ act: "add", folder: null })}
          >
            {t("library.folder_add")}
          </Button>
        )
      }
    >
      <p className={classes.hint}>{t("library.folders_hint", { unit: me.unit.name })}</p>
      {folders.error && <ProblemNote error={folders.error} onRetry={() => void folders.refetch()} />}
      {folders.data?.length === 0 && <p className={classes.empty}>{t("library.folders_none")}</p>}
      <ul className={classes.tree}>
        {inTreeOrder(all).map(({ node: f, depth }) => (
          <li key={f.id} style={{ "--depth": depth } as never}>
            <div>
              <strong>{f.name}</strong>
              {several && depth === 0 && <small>{units.find((u) => u.id === f.unit_id)?.name}</small>}
            </div>
            <Link to="/content" search={{ folder: f.id }}>
              {t("library.uses", { count: f.uses, n: number(f.uses) })}
            </Link>
            {f.may_edit && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" size={44} aria-label={t("library.more", { name: f.name })}>
                    <IconDots size={18} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setDoing({ act: "rename", folder: f })}>{t("library.rename")}</Menu.Item>
                  <Menu.Item onClick={() => setDoing({ act: "add", folder: f })}>{t("library.folder_below")}</Menu.Item>
                  <Menu.Item onClick={() => setDoing({ act: "move", folder: f })}>{t("library.move")}</Menu.Item>
                  <Menu.Divider />
                  <Menu.Item onClick={() => remove.mutate(f.id, { onError: toast.problem })}>
                    {t("library.delete")}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </li>
        ))}
      </ul>
      {doing?.act === "add" && (
        <NameDialog
          single
          title={about ? t("library.folder_below_of", { name: about.name }) : t("library.folder_add")}
          names={{ name: "", name_en: "", name_lo: "" }}
          saving={add.isPending}
          error={add.error}
          onSave={({ name }) =>
            add.mutate(
              { unit_id: about?.unit_id ?? me.unit.id, parent_id: about?.id ?? "", name },
              { onSuccess: close },
            )
          }
          onClose={close}
        />
      )}
      {doing?.act === "rename" && about && (
        <NameDialog
          single
          title={t("library.rename")}
          names={{ name: about.name, name_en: "", name_lo: "" }}
          saving={change.isPending}
          error={change.error}
          onSave={({ name }) => change.mutate({ id: about.id, name }, { onSuccess: close })}
          onClose={close}
        />
      )}
      {doing?.act === "move" && about && (
        <PlaceDialog
          title={t("library.move_of", { name: about.name })}
          label={t("library.into")}
          action={t("library.move_do")}
          choices={[
            { value: top, label: t("library.top") },
            ...choices.filter((c) => !withBelow(all, about.id).has(c.value)),
          ]}
          saving={change.isPending}
          error={change.error}
          onSave={(id) => change.mutate({ id: about.id, parent_id: id === top ? "" : id }, { onSuccess: close })}
          onClose={close}
        />
      )}
    </Panel>
  );
}
