import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PlaceTabs } from "@/ui/PlaceTabs";

export type ReviewView = "one" | "many" | "again" | "more";

interface Props {
  here: ReviewView;
  /** Decisions are signed: several may go under one signature. */
  signed: boolean;
  /** How many wait to be decided again. */
  again: number;
  /** How many have pictures for screens of another shape. */
  more: number;
}

/** One by one, several under one signature, what must be decided again, and what was added. */
export function ReviewTabs({ here, signed, again, more }: Props) {
  const { t } = useTranslation();
  const views: ReviewView[] = ["one"];
  if (signed) views.push("many");
  if (signed && (again > 0 || here === "again")) views.push("again");
  if (more > 0 || here === "more") views.push("more");
  if (views.length === 1) return null;
  const counts = { again, more };
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
          {v === "again" || v === "more" ? t(`review.tab_${v}`, { count: counts[v] }) : t(`review.tab_${v}`)}
        </Link>
      ))}
    </PlaceTabs>
  );
}
