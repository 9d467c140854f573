import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { base, http, withQuery } from "./http";
import type { Screen } from "./types";

/** A half-open interval of a weekday (1 is Monday), in minutes since midnight. */
export interface Interval {
  day: number;
  from: number;
  until: number;
}
export interface Hours {
  always: boolean;
  week: Interval[];
}
/** How a screen is run; nothing here changes what it shows. */
export interface ScreenSettings {
  hours: Hours;
  time_zone: string;
  camera: string;
  touch: { interactive: boolean; idle_s: number };
  editable: boolean;
  taken: boolean;
}

export interface Card {
  maker: string;
  model: string;
  firmware: string;
}
export type DeviceKind = "" | "tv" | "led" | "kiosk";
export interface DeviceText {
  kind: DeviceKind;
  sender: Card;
  receiver: Card;
  password_holder: string;
  supplier: string;
  warranty_until: string;
  switch: string;
  text: string;
}
export interface DeviceFacts {
  heard_at: string;
  maker: string;
  model: string;
  serial: string;
  cpu: string;
  cores: number;
  memory: number;
  disk: number;
  os: string;
  kernel: string;
  browser: string;
  agent: string;
  hostname: string;
  displays: {
    connector: string;
    maker: string;
    model: string;
    serial: string;
    year: number;
    width_mm: number;
    height_mm: number;
    width: number;
    height: number;
  }[];
  addresses: string[];
}
export interface CheckDue {
  list: "led_controller" | "screen_pc";
  items: string[];
  done: string[];
  last_at: string | null;
  last_by: string;
  due_at: string | null;
  open: number;
  overdue: boolean;
}
export interface Device {
  id: string;
  name: string;
  cluster: { id: string; name: string };
  profile: string;
  tags: string[];
  facts: DeviceFacts | null;
  notes: DeviceText & { changed_at: string | null; changed_by: string };
  checks: CheckDue[];
}
export interface DeviceDetail extends Device {
  changes: { at: string; field: string; before: string; after: string }[];
  past: { list: string; at: string; by: string; done: string[]; open: number; note: string }[];
  editable: boolean;
}
interface Devices {
  items: Device[];
  total: number;
  overdue: number;
}
export interface DeviceFilter {
  q?: string | undefined;
  cluster?: string | undefined;
  overdue?: boolean | undefined;
}

const pageSize = 100;

export const devicesQuery = (filter: DeviceFilter) =>
  infiniteQueryOptions({
    queryKey: ["devices", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      http.get<Devices>("/screens/devices", { ...filter, offset: pageParam, limit: pageSize }, signal),
    initialPageParam: 0,
    getNextPageParam: (last, all) => {
      const held = all.reduce((n, p) => n + p.items.length, 0);
      return held < last.total && last.items.length > 0 ? held : undefined;
    },
    placeholderData: (previous) => previous,
  });

export const deviceTable = (filter: DeviceFilter, lang: string) =>
  base + withQuery("/screens/devices.csv", { ...filter, lang });

export const deviceQuery = (id: string) =>
  queryOptions({
    queryKey: ["devices", id],
    queryFn: ({ signal }) => http.get<DeviceDetail>(`/screens/${id}/device`, {}, signal),
  });

export const settingsQuery = (id: string) =>
  queryOptions({
    queryKey: ["settings", id],
    queryFn: ({ signal }) => http.get<ScreenSettings>(`/screens/${id}/settings`, {}, signal),
  });

function useDeviceChange<V, R>(change: (v: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const key of ["devices", "settings", "screens", "watch"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

export const useDescribeDevice = () =>
  useDeviceChange(({ id, ...body }: { id: string } & DeviceText) =>
    http.put<DeviceDetail>(`/screens/${id}/device`, body),
  );
export const useCheckDevice = () =>
  useDeviceChange(({ id, ...body }: { id: string; list: string; done: string[]; note: string }) =>
    http.post<DeviceDetail>(`/screens/${id}/checks`, body),
  );
export const usePatchSettings = () =>
  useDeviceChange(({ id, ...body }: { id: string } & Partial<Pick<ScreenSettings, "hours" | "camera" | "touch">>) =>
    http.patch<ScreenSettings>(`/screens/${id}/settings`, body),
  );
export const useReplacePC = () =>
  useDeviceChange(({ id, code }: { id: string; code: string }) =>
    http.post<Screen>(`/screens/${id}/replace`, { code }),
  );
