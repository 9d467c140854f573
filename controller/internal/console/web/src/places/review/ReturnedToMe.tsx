import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { Panel } from "@/ui/Panel";
import classes from "./Review.module.css";

/** Own items that came back, with the reason: the next step is to mend and submit again. */
export function ReturnedToMe({ items }: { items: Media[] }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <div className={classes.mine}>
      <Panel title={t("review.mine_returned")} flush>
        <ul>
          {items.map((m) => {
            const back = m.decisions.findLast((d) => d.decision === "return");
            return (
              <li key={m.id}>
                <Link to="/content/$id" params={{ id: m.id }}>
                  <img src={m.thumbnail_url} alt="" loading="lazy" />
                  <span>
                    <strong>{m.title}</strong>
                    {back && (
                      <span>
                        {back.person.name}: {back.reason}
                      </span>
                    )}
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      </Panel>
    </div>
  );
}
