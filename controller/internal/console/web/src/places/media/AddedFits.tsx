import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRefitMedia } from "@/api/media";
import { useMay } from "@/api/rights";
import { useMe } from "@/api/session";
import type { Fit, Media } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import { SaveMark } from "@/ui/SaveMark";
import { useAutosave } from "@/ui/useAutosave";
import { FitFrame } from "./FitFrame";
import classes from "./Media.module.css";

const whole: Fit = { mode: "contain", x: 0.5, y: 0.5 };

/** Of an approved item: the pictures that nobody has approved yet, which may still be placed differently. */
export function AddedFits({ item }: { item: Media }) {
  const { t } = useTranslation();
  const me = useMe();
  const edits = useMay("edit_media");
  const refit = useRefitMedia();
  const [fits, setFits] = useState(item.fits);
  // A picture is gone until it is made anew; its frame stays meanwhile.
  const [added] = useState(item.renditions.filter((r) => !r.approved));
  const [saved, setSaved] = useState(item.fits);
  const saving = useAutosave(async (next: Media["fits"]) => {
    for (const [profile, fit] of Object.entries(next)) {
      if (saved[profile] !== fit) await refit.mutateAsync({ id: item.id, profile, fit });
    }
    setSaved(next);
  });
  if (item.state !== "approved" || added.length === 0 || !(edits || item.author.id === me.id)) return null;
  const back = item.decisions.at(-1);
  return (
    <Panel title={t("shape.refit_title")} aside={<SaveMark state={saving.state} />}>
      {saving.error !== null && <ProblemNote error={saving.error} />}
      {back?.decision === "return" && <p>{t("shape.sent_back", { reason: back.reason })}</p>}
      <div className={classes.fits}>
        {added.map((r) => (
          <FitFrame
            key={r.profile}
            item={item}
            rendition={r}
            fit={fits[r.profile] ?? whole}
            onChange={(fit) => {
              const next = { ...fits, [r.profile]: fit };
              setFits(next);
              saving.change(next);
            }}
          />
        ))}
        <p className={classes.hint}>{t("shape.refit_hint")}</p>
      </div>
    </Panel>
  );
}
