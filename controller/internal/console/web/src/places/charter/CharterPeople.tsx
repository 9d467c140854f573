import { IconCircleCheckFilled, IconUserMinus, IconUserX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { CharterPerson } from "@/api/charter";
import { date } from "@/time/format";
import { StateMark } from "@/ui/StateMark";
import classes from "./Charter.module.css";
import { useCharterWords } from "./useCharterWords";

const marks = {
  active: [IconCircleCheckFilled, "ok"],
  retired: [IconUserMinus, "neutral"],
  compromised: [IconUserX, "bad"],
} as const;

/** Each person with what they may sign, where, until when and with which keys. */
export function CharterPeople({ people }: { people: CharterPerson[] }) {
  const { t } = useTranslation();
  const { may, places } = useCharterWords();
  return (
    <ul className={classes.people}>
      {people.map((p) => {
        const [icon, tone] = marks[p.standing];
        return (
          <li key={p.id} data-off={p.standing !== "active" || undefined}>
            <div>
              <strong>{p.name}</strong>
              <StateMark icon={icon} tone={tone} label={t(`charter.standing_${p.standing}`)} plain />
              {p.standing === "retired" && <small>{t(p.kept ? "charter.kept" : "charter.not_kept")}</small>}
              {p.standing === "compromised" && <small>{t("charter.all_fell")}</small>}
            </div>
            <div>
              {may(p.may)}
              <small>
                {places(p.clusters)}
                {p.valid_until && ` · ${t("sign.until", { date: date(new Date(Date.parse(p.valid_until) - 1)) })}`}
              </small>
            </div>
            <ul>
              {p.credentials.map((k) => (
                <li key={k.id}>
                  {t(`keys.kind_${k.kind}`)}
                  {k.label && ` “${k.label}”`}
                  {k.independent && ` · ${t("charter.independent")}`} <code>{k.id}</code>
                </li>
              ))}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}
