import { useTranslation } from "react-i18next";
import type { Charter } from "@/api/charter";
import { useFormat } from "@/i18n/useFormat";
import { date } from "@/time/format";
import { useNow } from "@/time/useNow";
import classes from "./Charter.module.css";
import { useCharterWords } from "./useCharterWords";

const soonDays = 60;

/** What a charter rules beside people, in words. */
export function CharterRules({ charter: c }: { charter: Charter }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { places } = useCharterWords();
  const left = Math.floor((Date.parse(c.expires_at) - useNow(60_000).getTime()) / 86_400_000);
  const rules = [
    t("charter.rule_roots", {
      count: c.root_threshold,
      holders: format.list(c.roots.map((r) => r.holder)),
      of: c.roots.length,
    }),
    t("charter.rule_lift", { count: c.lift_threshold }),
    c.independent_decision ? t("charter.rule_independent") : t("charter.rule_not_independent"),
    t("charter.rule_unattended", { count: c.max_unattended_days }),
    t("charter.rule_epoch", { epoch: c.epoch }),
    t("charter.rule_key", { keys: c.programme_keys.join(", ") }),
    c.relying_parties.length > 0
      ? t("charter.rule_parties", { places: c.relying_parties.flatMap((rp) => rp.origins).join(", ") })
      : t("charter.rule_no_parties"),
    c.pins.length > 0
      ? t("charter.rule_pins", { places: c.pins.map((p) => places(p.clusters)).join("; ") })
      : t("charter.rule_no_pins"),
    c.release_signers.length > 0
      ? t("charter.rule_releasers", {
          count: c.release_threshold,
          holders: format.list(c.release_signers.map((r) => r.holder)),
          of: c.release_signers.length,
        })
      : t("charter.rule_no_releasers"),
  ];
  return (
    <>
      <p className={classes.dates} data-soon={left < soonDays || undefined}>
        {t("charter.from_until", { from: date(new Date(c.issued_at)), until: date(new Date(c.expires_at)) })}
        {" · "}
        {left < 0 ? t("charter.expired") : t("charter.days_left", { count: left })}
      </p>
      <ul className={classes.rules}>
        {rules.map((r) => (
          <li key={r}>{r}</li>
        ))}
      </ul>
    </>
  );
}
