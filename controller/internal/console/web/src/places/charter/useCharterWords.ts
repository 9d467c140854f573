import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { type CharterChange, capacities } from "@/api/charter";
import { clustersQuery } from "@/api/fleet";
import { date } from "@/time/format";

/** Says the parts of a charter in words. */
export function useCharterWords() {
  const { t } = useTranslation();
  const clusters = useQuery(clustersQuery).data ?? [];
  const places = (ids: string[]) =>
    ids.includes("*") ? t("media.anywhere") : ids.map((id) => clusters.find((c) => c.id === id)?.name ?? id).join(", ");
  const may = (all: readonly string[]) =>
    capacities
      .filter((c) => all.includes(c))
      .map((c) => t(`charter.may_${c}`))
      .join(", ");
  const split = (text: string) => text.split(", ").filter(Boolean);
  /** One side of a change as people say it. */
  const value = (kind: string, text: string): string => {
    if (text === "") return t("charter.nothing");
    switch (kind) {
      case "person_may":
        return may(split(text));
      case "person_clusters":
      case "pin":
        return places(split(text));
      case "person_standing":
      case "person_added":
      case "person_removed":
        return t(`charter.standing_${text}`);
      case "independent_decision":
        return text === "true" ? t("charter.yes") : t("charter.no");
      case "credential": {
        const [id, k = ""] = text.split(" ");
        return `${i18next.exists(`keys.kind_${k}`) ? t(`keys.kind_${k}`) : k} ${id}`;
      }
    }
    return /^\d{4}-\d\d-\d\dT/.test(text) ? date(new Date(text)) : text;
  };
  const change = ({ kind, subject, before, after }: CharterChange): string => {
    if (kind === "person_kept") return t(after ? "charter.change_kept" : "charter.change_not_kept", { name: subject });
    if (kind === "person_standing" && after !== "active") return t(`charter.change_${after}`, { name: subject });
    if (
      kind === "credential" ||
      kind === "root" ||
      kind === "release_signer" ||
      kind === "programme_key" ||
      kind === "relying_party" ||
      kind === "pin"
    ) {
      const how = before === "" ? "add" : after === "" ? "drop" : "set";
      const shown = value(kind, after || before);
      return t(`charter.change_${kind}_${how}`, { name: subject, value: shown });
    }
    return t(`charter.change_${kind}`, { name: subject, before: value(kind, before), after: value(kind, after) });
  };
  return { places, may, change };
}
