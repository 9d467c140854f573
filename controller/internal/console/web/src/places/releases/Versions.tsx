import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ClusterVersions } from "@/api/releases";
import { Panel } from "@/ui/Panel";
import { UpdateMark } from "./marks";
import { reasonOf } from "./PlanPanel";
import classes from "./Releases.module.css";

/** What of an update people should see first. */
const worstFirst = ["rolled_back", "refused", "trial", "waiting", "fetching"];

/** What runs where, by cluster; a cluster opens to its screens. */
export function Versions({ clusters }: { clusters: ClusterVersions[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("release.versions")} flush>
      <ul className={classes.clusters}>
        {clusters.map((c) => (
          <ClusterRow key={c.id} cluster={c} />
        ))}
      </ul>
    </Panel>
  );
}

function ClusterRow({ cluster: c }: { cluster: ClusterVersions }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const counts = new Map<string, number>();
  for (const s of c.screens) counts.set(s.version, (counts.get(s.version) ?? 0) + 1);
  const worst = worstFirst.find((state) => c.screens.some((s) => s.state === state));
  return (
    <li>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <strong>{c.name}</strong>
        <span className={classes.counts}>
          {[...counts].map(([version, count]) => (
            <span key={version}>
              {version || t("release.unheard")} × {count}
            </span>
          ))}
        </span>
        {!open && worst && <UpdateMark state={worst} />}
      </button>
      {open && (
        <ul>
          {c.screens.map((s) => (
            <li key={s.id}>
              <Link to="/screens/$id" params={{ id: s.id }}>
                {s.name}
              </Link>
              <code>{s.version || t("release.unheard")}</code>
              {!s.online && <small>{t("watch.state_offline")}</small>}
              <UpdateMark state={s.state} />
              {s.reason && <small>{reasonOf(t, s.reason)}</small>}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
