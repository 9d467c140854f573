import { Button, Select, Skeleton, Switch, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconDeviceDesktopSearch, IconDownload, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Device, devicesQuery, deviceTable } from "@/api/devices";
import { clustersQuery } from "@/api/fleet";
import { Empty } from "@/ui/Empty";
import { FilterBar } from "@/ui/FilterBar";
import { MoreButton } from "@/ui/MoreButton";
import { PageHead } from "@/ui/PageHead";
import { ProblemNote } from "@/ui/ProblemNote";
import { CheckMark } from "./CheckMark";
import classes from "./Devices.module.css";
import { ScreenTabs } from "./ScreenTabs";
import { Tickets } from "./Tickets";

const words = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(" ");
const listed = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(" · ");

function Row({ device: d }: { device: Device }) {
  const { t } = useTranslation();
  const f = d.facts;
  return (
    <tr>
      <td className={classes.name}>
        <Link to="/screens/$id" params={{ id: d.id }}>
          {d.name}
        </Link>
        <small>{listed(d.cluster.name, d.notes.kind && t(`device.kind_${d.notes.kind}`))}</small>
      </td>
      <td>
        {f ? words(f.maker, f.model) || f.hostname : <span className={classes.off}>{t("device.silent")}</span>}
        {f && <small>{listed(f.serial, words(f.maker, f.model) && f.hostname)}</small>}
      </td>
      <td>
        {f?.os}
        {f && <small>{listed(f.browser, f.agent)}</small>}
      </td>
      <td>
        {f?.displays.map((v) => (
          <div key={v.connector}>
            {words(v.maker, v.model)}
            <small>{v.width > 0 && `${v.width} × ${v.height}`}</small>
          </div>
        ))}
      </td>
      <td>
        {d.notes.supplier}
        <small>{d.notes.switch}</small>
      </td>
      <td className={classes.marks}>
        {d.checks.map((c) => (
          <CheckMark key={c.list} check={c} />
        ))}
      </td>
    </tr>
  );
}

/** The devices behind all screens: what they are, who looks after them, what is due. */
export function DevicesPage() {
  const { t, i18n } = useTranslation();
  const [q, setQuery] = useState("");
  const [cluster, setCluster] = useState<string | null>(null);
  const [overdue, setOverdue] = useState(false);
  const [asked] = useDebouncedValue(q.trim(), 250);
  const filter = { q: asked || undefined, cluster: cluster ?? undefined, overdue: overdue || undefined };
  const clusters = useQuery(clustersQuery).data ?? [];
  const list = useInfiniteQuery(devicesQuery(filter));
  const items = list.data?.pages.flatMap((p) => p.items) ?? [];
  const late = list.data?.pages[0]?.overdue ?? 0;
  return (
    <>
      <PageHead
        title={t("place.screens")}
        aside={<ScreenTabs here="devices" />}
        actions={
          <Button
            component="a"
            variant="default"
            href={deviceTable(filter, i18n.language)}
            download
            leftSection={<IconDownload size={18} />}
          >
            {t("device.export")}
          </Button>
        }
      />
      <FilterBar
        active={Number(cluster !== null) + Number(overdue)}
        search={
          <TextInput
            aria-label={t("device.search")}
            placeholder={t("device.search")}
            leftSection={<IconSearch size={18} />}
            value={q}
            onChange={(e) => setQuery(e.currentTarget.value)}
          />
        }
      >
        <Select
          aria-label={t("watch.cluster")}
          placeholder={t("watch.cluster")}
          clearable
          data={clusters.map((c) => ({ value: c.id, label: c.name }))}
          value={cluster}
          onChange={setCluster}
        />
        <Switch
          className={classes.only}
          label={t("device.only_overdue", { count: late })}
          checked={overdue}
          onChange={(e) => setOverdue(e.currentTarget.checked)}
        />
      </FilterBar>
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={640} />}
      {list.data && items.length === 0 && (
        <Empty icon={IconDeviceDesktopSearch} title={t("device.none")} hint={t("device.none_hint")} />
      )}
      {items.length > 0 && (
        <>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t("device.col_screen")}</th>
                <th scope="col">{t("device.col_pc")}</th>
                <th scope="col">{t("device.col_system")}</th>
                <th scope="col">{t("device.col_display")}</th>
                <th scope="col">{t("device.col_supplier")}</th>
                <th scope="col">{t("device.col_checks")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((d) => (
                <Row key={d.id} device={d} />
              ))}
            </tbody>
          </table>
          <MoreButton list={list} />
        </>
      )}
      <Tickets />
    </>
  );
}
