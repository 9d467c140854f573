import { ActionIcon, Button, Menu, Skeleton } from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type MediaTheme,
  themeName,
  themesQuery,
  useAddTheme,
  useChangeTheme,
  useDeleteTheme,
  useMergeTheme,
} from "@/api/themes";
import { useFormat } from "@/i18n/useFormat";
import { inTreeOrder, withBelow } from "@/library/treePaths";
import { useThemeChoices } from "@/library/useLabelChoices";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { useToast } from "@/ui/useToast";
import classes from "./Arrange.module.css";
import { NameDialog } from "./NameDialog";
import { PlaceDialog } from "./PlaceDialog";

const top = "-";
const unnamed = { name: "", name_en: "", name_lo: "" };
type Doing = { act: "add" | "rename" | "move" | "merge"; theme: MediaTheme | null } | null;

/** The tree of themes, edited in place. */
export function ThemeTree({ may }: { may: boolean }) {
  const { t } = useTranslation();
  const { locale, number } = useFormat();
  const toast = useToast();
  const themes = useQuery(themesQuery);
  const add = useAddTheme();
  const change = useChangeTheme();
  const remove = useDeleteTheme();
  const merge = useMergeTheme();
  const [doing, setDoing] = useState<Doing>(null);
  const all = themes.data ?? [];
  const allChoices = useThemeChoices(true);
  const openChoices = useThemeChoices();
  const close = () => {
    for (const m of [add, change, merge]) m.reset();
    setDoing(null);
  };
  const failed = { onError: toast.problem };
  const sisters = (x: MediaTheme) => all.filter((y) => y.parent_id === x.parent_id);
  const up = (x: MediaTheme) => {
    const same = sisters(x);
    const before = same[same.indexOf(x) - 1];
    if (before) change.mutate({ id: x.id, before_id: before.id }, failed);
  };
  const down = (x: MediaTheme) => {
    const same = sisters(x);
    const i = same.indexOf(x);
    if (i + 1 < same.length) change.mutate({ id: x.id, before_id: same[i + 2]?.id ?? "" }, failed);
  };
  const about = doing?.theme ?? null;
  const beyond = (id: string) => !about || !withBelow(all, about.id).has(id);
  return (
    <Panel
      flush
      title={t("library.themes")}
      aside={
        may && (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconPlus size={16} />}
            onClick={() => setDoing({ act: "add", theme: null })}
          >
            {t("library.theme_add")}
          </Button>
        )
      }
    >
      <p className={classes.hint}>{t("library.themes_hint")}</p>
      {themes.error && <ProblemNote error={themes.error} onRetry={() => void themes.refetch()} />}
      {themes.isPending && <Skeleton height={480} m={16} w="auto" />}
      <ul className={classes.tree}>
        {inTreeOrder(all).map(({ node: x, depth }) => (
          <li key={x.id} style={{ "--depth": depth } as never} data-retired={x.retired || undefined}>
            <div>
              <strong>{themeName(x, locale)}</strong>
              {x.retired && <small>{t("library.retired")}</small>}
            </div>
            <Link to="/content" search={{ theme: x.id }}>
              {t("library.uses", { count: x.uses, n: number(x.uses) })}
            </Link>
            {may && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" size={44} aria-label={t("library.more", { name: x.name })}>
                    <IconDots size={18} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setDoing({ act: "rename", theme: x })}>{t("library.rename")}</Menu.Item>
                  <Menu.Item onClick={() => setDoing({ act: "add", theme: x })}>{t("library.theme_below")}</Menu.Item>
                  <Menu.Item onClick={() => up(x)}>{t("library.up")}</Menu.Item>
                  <Menu.Item onClick={() => down(x)}>{t("library.down")}</Menu.Item>
                  <Menu.Item onClick={() => setDoing({ act: "move", theme: x })}>{t("library.move")}</Menu.Item>
                  <Menu.Divider />
                  <Menu.Item onClick={() => change.mutate({ id: x.id, retired: !x.retired }, failed)}>
                    {x.retired ? t("library.use_again") : t("library.retire")}
                  </Menu.Item>
                  <Menu.Item onClick={() => setDoing({ act: "merge", theme: x })}>{t("library.merge")}</Menu.Item>
                  <Menu.Item onClick={() => remove.mutate(x.id, failed)}>{t("library.delete")}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </li>
        ))}
      </ul>
      {doing?.act === "add" && (
        <NameDialog
          title={about ? t("library.theme_below_of", { name: about.name }) : t("library.theme_add")}
          names={unnamed}
          saving={add.isPending}
          error={add.error}
          onSave={(names) => add.mutate({ ...names, parent_id: about?.id ?? "" }, { onSuccess: close })}
          onClose={close}
        />
      )}
      {doing?.act === "rename" && about && (
        <NameDialog
          title={t("library.rename")}
          names={{ name: about.name, name_en: about.name_en, name_lo: about.name_lo }}
          saving={change.isPending}
          error={change.error}
          onSave={(names) => change.mutate({ id: about.id, names }, { onSuccess: close })}
          onClose={close}
        />
      )}
      {doing?.act === "move" && about && (
        <PlaceDialog
          title={t("library.move_of", { name: about.name })}
          label={t("library.into")}
          action={t("library.move_do")}
          choices={[{ value: top, label: t("library.top") }, ...allChoices.filter((c) => beyond(c.value))]}
          saving={change.isPending}
          error={change.error}
          onSave={(id) => change.mutate({ id: about.id, parent_id: id === top ? "" : id }, { onSuccess: close })}
          onClose={close}
        />
      )}
      {doing?.act === "merge" && about && (
        <PlaceDialog
          title={t("library.merge_of", { name: about.name })}
          hint={t("library.merge_hint", { count: about.uses, n: number(about.uses), name: about.name })}
          label={t("library.merge_into")}
          action={t("library.merge_do")}
          choices={openChoices.filter((c) => beyond(c.value))}
          saving={merge.isPending}
          error={merge.error}
          onSave={(into_id) => merge.mutate({ id: about.id, into_id }, { onSuccess: close })}
          onClose={close}
        />
      )}
    </Panel>
  );
}
