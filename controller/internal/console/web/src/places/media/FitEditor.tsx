import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePatchMedia } from "@/api/media";
import type { Fit, Media } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { SaveMark } from "@/ui/SaveMark";
import { useAutosave } from "@/ui/useAutosave";
import { FitFrame } from "./FitFrame";
import classes from "./Media.module.css";

const whole: Fit = { mode: "contain", x: 0.5, y: 0.5 };

/** How the source is laid into each screen shape, with a preview that follows at once. */
export function FitEditor({ item }: { item: Media }) {
  const { t } = useTranslation();
  const patch = usePatchMedia();
  const [fits, setFits] = useState(item.fits);
  const saving = useAutosave((value: Media["fits"]) => patch.mutateAsync({ id: item.id, patch: { fits: value } }));
  const set = (profile: string, fit: Fit) => {
    const next = { ...fits, [profile]: fit };
    setFits(next);
    saving.change(next);
  };
  return (
    <Panel title={t("media.fit_title")} aside={<SaveMark state={saving.state} />}>
      {saving.error !== null && <ProblemNote error={saving.error} />}
      <div className={classes.fits}>
        {item.renditions.map((r) => (
          <FitFrame
            key={r.profile}
            item={item}
            rendition={r}
            fit={fits[r.profile] ?? whole}
            onChange={(fit) => set(r.profile, fit)}
          />
        ))}
        <p className={classes.hint}>{t("media.fit_hint")}</p>
      </div>
    </Panel>
  );
}
