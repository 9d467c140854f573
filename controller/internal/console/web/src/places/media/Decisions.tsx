import {
  IconArrowBackUp,
  IconBan,
  IconCircleCheckFilled,
  IconCircleHalf2,
  IconSend,
  IconUpload,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Media } from "@/api/types";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import classes from "./Media.module.css";

const icons = {
  submit: IconSend,
  review: IconCircleHalf2,
  approve: IconCircleCheckFilled,
  return: IconArrowBackUp,
  withdraw: IconBan,
};

/** Who decided what and when, the latest first. */
export function Decisions({ item }: { item: Media }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("media.history")}>
      <ol className={classes.history}>
        {item.decisions.toReversed().map((d) => {
          const Icon = icons[d.decision];
          return (
            <li key={d.id}>
              <Icon size={18} stroke={1.8} aria-hidden="true" />
              <div>
                {t(`media.did_${d.decision}`, { name: d.person.name })}
                <div className={classes.when}>
                  <Ago at={d.at} />
                </div>
                {d.declared && <div className={classes.when}>{t("media.declared")}</div>}
                {d.reason && <p className={classes.why}>{d.reason}</p>}
              </div>
            </li>
          );
        })}
        <li>
          <IconUpload size={18} stroke={1.8} aria-hidden="true" />
          <div>
            {t("media.brought_in", { name: item.author.name })}
            <div className={classes.when}>
              <Ago at={item.created_at} />
            </div>
          </div>
        </li>
      </ol>
    </Panel>
  );
}
