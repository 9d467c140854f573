import { Badge, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Session } from "@/api/types";
import { Ago } from "@/ui/Ago";
import classes from "../admin/Admin.module.css";

interface Props {
  sessions: Session[];
  /** Ends one of them; absent where that is not for the one who looks. */
  onEnd?: (id: string) => void;
}

/** Where somebody is logged in: the device in words, since when, seen when and from where. */
export function SessionList({ sessions, onEnd }: Props) {
  const { t } = useTranslation();
  const device = (s: Session) => {
    if (s.browser && s.system) return t("account.device", { browser: s.browser, system: s.system });
    return s.browser || s.system || t("account.device_unknown");
  };
  return (
    <ul>
      {sessions.map((s) => (
        <li key={s.id} className={classes.token}>
          <span>
            {device(s)}{" "}
            {s.current && (
              <Badge variant="light" color="gray" tt="none">
                {t("account.this_session")}
              </Badge>
            )}
            <small>
              {t("account.seen")} <Ago at={s.last_seen_at} /> · {s.address}
            </small>
            <small>
              {t(`account.by_${s.method}`)} <Ago at={s.created_at} />
            </small>
          </span>
          {onEnd && !s.current && (
            <Button
              variant="default"
              size="xs"
              aria-label={t("account.end_session", { name: device(s) })}
              onClick={() => onEnd(s.id)}
            >
              {t("app.log_out")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
