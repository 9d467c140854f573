import { ActionIcon, Progress, Switch } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Profile, useDropProfile, usePatchProfile } from "@/api/profiles";
import { useFormat } from "@/i18n/useFormat";
import { profileName } from "@/ui/profileName";
import { useToast } from "@/ui/useToast";
import classes from "./Shapes.module.css";

/** One shape: who has it, how far the library is, and whether it is rendered ahead of a screen. */
export function ShapeRow({ shape: s }: { shape: Profile }) {
  const { t } = useTranslation();
  const format = useFormat();
  const toast = useToast();
  const patch = usePatchProfile();
  const drop = useDropProfile();
  const { of, rendered, failed, undecided } = s.progress;
  const name = s.name || profileName(t, s.profile);
  const fit = Math.min(44 / s.width, 34 / s.height);
  const left = of - rendered - failed;
  return (
    <li>
      <span className={classes.glass} aria-hidden="true">
        <i style={{ width: Math.max(3, s.width * fit), height: Math.max(3, s.height * fit) }} />
      </span>
      <div className={classes.name}>
        <strong>{name}</strong>
        <small>
          {s.width} × {s.height} · {t("shape.screens", { count: s.screens })}
        </small>
      </div>
      <div className={classes.state}>
        {s.wanted ? (
          <>
            <Progress
              size="sm"
              color="dark"
              value={of === 0 ? 100 : (100 * rendered) / of}
              aria-label={t("shape.progress", { rendered: format.number(rendered), of: format.number(of) })}
            />
            <small>
              {t("shape.progress", { rendered: format.number(rendered), of: format.number(of) })}
              {left > 0 && ` · ${t("shape.left", { count: left })}`}
              {failed > 0 && ` · ${t("shape.failed", { count: failed })}`}
              {undecided > 0 && ` · ${t("shape.undecided", { count: undecided })}`}
            </small>
          </>
        ) : (
          <small>{t("shape.unwanted")}</small>
        )}
      </div>
      <Switch
        size="md"
        label={t("shape.ahead")}
        checked={s.wanted}
        disabled={s.always || s.screens > 0 || patch.isPending}
        onChange={(e) =>
          patch.mutate({ profile: s.profile, chosen: e.currentTarget.checked }, { onError: toast.problem })
        }
      />
      {!s.built_in && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          disabled={s.screens > 0}
          aria-label={t("shape.drop", { name })}
          onClick={() => drop.mutate(s.profile, { onError: toast.problem })}
        >
          <IconTrash size={18} />
        </ActionIcon>
      )}
    </li>
  );
}
