import { Button } from "@mantine/core";
import { IconClipboardCheck, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type CheckDue, type DeviceDetail, deviceQuery } from "@/api/devices";
import { useFormat } from "@/i18n/useFormat";
import { date, localDate } from "@/time/format";
import { Ago } from "@/ui/Ago";
import { Panel } from "@/ui/Panel";
import { ChecklistDialog } from "./ChecklistDialog";
import { CheckMark } from "./CheckMark";
import classes from "./Devices.module.css";
import { DeviceTextDialog } from "./DeviceTextDialog";

const words = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(" ");

/** What is known, each under its name; what is not is left out. */
function Facts({ device: d }: { device: DeviceDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const f = d.facts;
  const n = d.notes;
  const rows: [string, ReactNode][] = [];
  const add = (key: string, value: ReactNode) => value && rows.push([t(key), value]);
  if (f) {
    add("device.fact_pc", words(f.maker, f.model));
    add("device.fact_serial", f.serial);
    add("device.fact_cpu", f.cpu && `${f.cpu} · ${f.cores}`);
    add("device.fact_memory", f.memory > 0 && format.bytes(f.memory));
    add("device.fact_disk", f.disk > 0 && format.bytes(f.disk));
    add("device.fact_os", words(f.os, f.kernel && `· ${f.kernel}`));
    add("device.fact_browser", f.browser);
    add("device.fact_addresses", f.addresses.length > 0 && f.addresses.map((a) => <div key={a}>{a}</div>));
    for (const v of f.displays) {
      const size = v.width_mm > 0 ? `${Math.round(Math.hypot(v.width_mm, v.height_mm) / 25.4)}″` : "";
      const pixels = v.width > 0 ? `${v.width} × ${v.height}` : "";
      add(
        "device.fact_display",
        [words(v.maker, v.model), v.serial, size, pixels, v.connector].filter(Boolean).join(" · "),
      );
    }
  }
  add("device.sender", words(n.sender.maker, n.sender.model, n.sender.firmware));
  add("device.receiver", words(n.receiver.maker, n.receiver.model, n.receiver.firmware));
  add("device.password_holder", n.password_holder);
  add("device.supplier", n.supplier);
  add("device.warranty", n.warranty_until && localDate(n.warranty_until));
  add("device.switch", n.switch);
  add("device.text", n.text);
  return (
    <>
      <dl className={classes.facts}>
        {rows.map(([name, value], i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two displays have one name
          <div key={i}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {f ? (
        <p className={classes.hint}>
          {t("device.heard")} <Ago at={f.heard_at} />
        </p>
      ) : (
        <p className={classes.hint}>{t("device.silent_hint")}</p>
      )}
    </>
  );
}

function Past({ device: d }: { device: DeviceDetail }) {
  const { t } = useTranslation();
  const all = [
    ...d.changes.map((c) => ({
      at: c.at,
      text:
        c.field === "pc"
          ? t("device.change_pc")
          : t("device.change", { field: t(`device.field_${c.field}`), before: c.before || "–", after: c.after || "–" }),
    })),
    ...d.past.map((c) => ({
      at: c.at,
      text: words(
        t("device.went_through", { name: t(`device.list_${c.list}`), by: c.by, count: c.open }),
        c.note && `“${c.note}”`,
      ),
    })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  if (all.length === 0) return null;
  return (
    <Panel title={t("device.past")}>
      <ul className={classes.list}>
        {all.map((e) => (
          <li key={e.at + e.text}>
            <small>{date(new Date(e.at))}</small> {e.text}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** A screen's devices: what the PC says, what people wrote, which checklists are due, what changed. */
export function DevicePanel({ screen }: { screen: string }) {
  const { t } = useTranslation();
  const device = useQuery(deviceQuery(screen)).data;
  const [editing, setEditing] = useState(false);
  const [list, setList] = useState<CheckDue | null>(null);
  if (!device) return null;
  return (
    <div className={classes.panels}>
      <Panel
        title={t("device.title")}
        aside={
          device.editable && (
            <Button variant="subtle" leftSection={<IconPencil size={18} />} onClick={() => setEditing(true)}>
              {t("device.write")}
            </Button>
          )
        }
      >
        {device.checks.map((c) => (
          <div key={c.list} className={classes.checks}>
            <CheckMark check={c} />
            {device.editable && (
              <Button variant="default" leftSection={<IconClipboardCheck size={18} />} onClick={() => setList(c)}>
                {t("device.check_go")}
              </Button>
            )}
          </div>
        ))}
        <Facts device={device} />
      </Panel>
      <Past device={device} />
      {editing && <DeviceTextDialog device={device} onClose={() => setEditing(false)} />}
      {list && <ChecklistDialog screen={screen} check={list} onClose={() => setList(null)} />}
    </div>
  );
}
