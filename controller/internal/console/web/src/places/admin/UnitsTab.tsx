import { Button, Skeleton } from "@mantine/core";
import { IconBuildingPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { unitsQuery } from "@/api/people";
import type { Unit } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { localDate } from "@/time/format";
import { Panel } from "@/ui/Panel";
import { ProblemNote } from "@/ui/ProblemNote";
import classes from "./Admin.module.css";
import { UnitDialog } from "./UnitDialog";

/** Units with the names they have borne: history stays true after they are renamed, merged or dissolved. */
export function UnitsTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const units = useQuery(unitsQuery);
  const [open, setOpen] = useState<Unit | "new" | null>(null);
  return (
    <>
      <div className={classes.tools}>
        <Button leftSection={<IconBuildingPlus size={18} />} onClick={() => setOpen("new")}>
          {t("admin.add_unit")}
        </Button>
      </div>
      {units.error && <ProblemNote error={units.error} onRetry={() => void units.refetch()} />}
      {units.isPending && <Skeleton height={320} radius="md" />}
      {units.data && (
        <Panel flush>
          <ul>
            {units.data.map((u) => (
              <li key={u.id}>
                <button
                  type="button"
                  className={classes.row}
                  onClick={() => setOpen(u)}
                  data-off={u.ended_on ? true : undefined}
                >
                  <span>
                    <strong>{u.name}</strong>
                    {u.names.length > 1 && (
                      <small>
                        {u.names
                          .slice(0, -1)
                          .map((n, i) =>
                            t("admin.former_name", { name: n.name, until: localDate(u.names[i + 1]?.from ?? "") }),
                          )
                          .join(" · ")}
                      </small>
                    )}
                  </span>
                  <span className={classes.grants}>
                    {u.ended_on
                      ? t("admin.ended", {
                          date: localDate(u.ended_on),
                          successors: format.list(u.successors.map((s) => s.name)) || t("app.none"),
                        })
                      : u.short_name}
                  </span>
                  <small>{t("admin.people_count", { count: u.people_count })}</small>
                </button>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {open && <UnitDialog unit={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </>
  );
}
