import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PlaceTabs } from "@/ui/PlaceTabs";

export type ReviewView = "one" | "many" | "again";

interface Props {
  here: ReviewView;
  /** How many wait to be decided again. */
  again: number;
}

/** One by one, several under one signature, and what must be decided again. */
export function ReviewTabs({ here, again }: Props) {
  const { t } = useTranslation();
  const views: ReviewView[] = again > 0 || here === "again" ? ["one", "many", "again"] : ["one", "many"];
  return (
    <PlaceTabs label={t("place.review")} here={here}>
      {views.map((v) => (
        <Link
          key={v}
          to="/review"
          search={{ view: v === "one" ? undefined : v, item: undefined }}
          data-here={v === here || undefined}
          aria-current={v === here ? "page" : undefined}
        >
          {v === "again" ? t("review.tab_again", { count: again }) : t(`review.tab_${v}`)}
        </Link>
      ))}
    </PlaceTabs>
  );
}
