import type { BulletinTemplate, Order, Receipt } from "../src/api/orders.ts";
import type { OrderWords } from "../src/signing/order.ts";
import { screens } from "./fleet.ts";
import { challengeOf, checkHand, sha256, signersOf } from "./keys.ts";
import { media } from "./media.ts";
import { found, Refusal } from "./refuse.ts";
import type { Route } from "./route.ts";
import { me } from "./session.ts";

const type = "application/vnd.cotmoc.order.v1+json";
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const text = (vi: [string, string], lo: [string, string], en: [string, string]) => [
  { language: "vi", title: vi[0], body: vi[1] },
  { language: "lo", title: lo[0], body: lo[1] },
  { language: "en", title: en[0], body: en[1] },
];

const templates: BulletinTemplate[] = [
  {
    id: "storm",
    level: "urgent",
    minutes: 120,
    text: text(
      ["Cảnh báo bão, lũ", "Bão số ___ dự kiến đổ bộ lúc ___. Không qua ngầm, tràn, suối. Gọi 112 khi cần cứu nạn."],
      ["ເຕືອນໄພພາຍຸ ແລະ ນ້ຳຖ້ວມ", "ພາຍຸເລກທີ ___ ຄາດວ່າຈະພັດເຂົ້າເວລາ ___. ຫ້າມຂ້າມຫ້ວຍນ້ຳ. ຕ້ອງການຄວາມຊ່ວຍເຫຼືອໂທ 112."],
      [
        "Storm and flood warning",
        "Storm No. ___ is expected to make landfall at ___. Do not cross fords or streams. For rescue call 112.",
      ],
    ),
  },
  {
    id: "gate_hours",
    level: "notice",
    minutes: 720,
    text: text(
      ["Giờ làm việc của cửa khẩu", "Hôm nay cửa khẩu mở từ ___ đến ___."],
      ["ໂມງເຮັດວຽກຂອງດ່ານ", "ມື້ນີ້ດ່ານເປີດແຕ່ ___ ຫາ ___."],
      ["Border gate hours", "Today the border gate is open from ___ to ___."],
    ),
  },
  {
    id: "test",
    level: "notice",
    minutes: 5,
    text: text(
      ["Thử hệ thống thông báo", "Đây là thông báo thử. Không cần làm gì."],
      ["ທົດລອງລະບົບແຈ້ງການ", "ນີ້ແມ່ນແຈ້ງການທົດລອງ. ບໍ່ຕ້ອງເຮັດຫຍັງ."],
      ["System test", "This is a test. No action is needed."],
    ),
  },
];

const receipts = (clusters: string[], only: string[], minutes: number): Receipt[] =>
  screens
    .filter((s) => (only.length ? only.includes(s.id) : clusters.includes("*") || clusters.includes(s.cluster.id)))
    .map((s) => ({
      screen_id: s.id,
      name: s.name,
      state: s.id === "s3" || minutes === 0 ? "waiting" : "obeyed",
      at: ago(minutes),
    }));

function order(id: string, o: Partial<Order>): Order {
  const all = o.receipts ?? [];
  return {
    id,
    kind: "takedown",
    title: "",
    media_id: "",
    lifts: "",
    cluster: "",
    clusters: [],
    screens: [],
    reason: "",
    by: [],
    at: ago(0),
    until: null,
    text: [],
    level: "",
    lifted_by: [],
    standing: true,
    signed: 1,
    needs: 1,
    mine: false,
    refusal: "",
    order: "",
    screens_told: all.length,
    screens_obeyed: all.filter((r) => r.state === "obeyed").length,
    ...o,
    receipts: all,
  };
}

const standing: Order[] = [
  order("o1", {
    kind: "takedown",
    title: media[2]?.title ?? "",
    media_id: media[2]?.id ?? "",
    clusters: ["*"],
    reason: "Ảnh có biển số xe của người dân, chưa được đồng ý.",
    by: ["Lê Quang Hòa"],
    at: ago(52),
    receipts: receipts(["*"], [], 51),
  }),
  order("o2", {
    kind: "safe",
    clusters: ["c2"],
    screens: ["s5"],
    by: ["Phan Văn Đức"],
    at: ago(21),
    receipts: receipts(["c2"], ["s5"], 20),
  }),
  order("o3", {
    kind: "place",
    cluster: "c1",
    clusters: ["c1", "c2"],
    screens: ["s3"],
    reason: "Máy đã chuyển sang cổng phụ.",
    by: ["Lê Quang Hòa"],
    at: ago(34),
    receipts: receipts([], ["s3"], 33),
  }),
];
const waiting: Order[] = [];

export const orderRoutes: Route[] = [
  [
    "GET",
    /^\/orders$/,
    ({ query, request }) => {
      for (const o of standing)
        for (const r of o.receipts)
          if (r.state === "waiting" && r.screen_id !== "s3") Object.assign(r, { state: "obeyed", at: ago(0) });
      for (const o of standing) o.screens_obeyed = o.receipts.filter((r) => r.state === "obeyed").length;
      const who = me(request).name;
      const items = (query.get("waiting") ? waiting : standing).map((o) => ({ ...o, mine: o.by.includes(who) }));
      return { items, next_cursor: "", total: items.length };
    },
  ],
  ["GET", /^\/bulletin-templates$/, () => ({ items: templates, next_cursor: "", total: templates.length })],
  [
    "POST",
    /^\/orders\/prepare$/,
    ({ body, request }) => {
      const m = media.find((x) => x.id === body.media_id);
      const known = [...standing, ...waiting].find((o) => o.id === body.lifts);
      const words: OrderWords = {
        id: sha256(String(Date.now())).toString("hex").slice(0, 26),
        kind: body.kind,
        clusters: body.clusters?.length
          ? body.clusters
          : body.screens?.length
            ? [...new Set(screens.filter((s) => body.screens.includes(s.id)).map((s) => s.cluster.id))]
            : (known?.clusters ?? ["*"]),
        screens: body.screens ?? [],
        reason: body.reason ?? "",
        issued_at: Date.now(),
        media: body.media_id ?? "",
        renditions: m?.renditions.map((r) => r.digest) ?? [],
        lifts: body.lifts ?? "",
        cluster: body.cluster ?? "",
        text: body.text ?? [],
        level: body.level ?? "",
        until: body.minutes ? Date.now() + body.minutes * 60_000 : 0,
      };
      if (body.kind === "place") words.clusters = [...words.clusters, body.cluster].sort();
      if (words.text.some((t) => `${t.title}${t.body}`.includes("___"))) throw new Refusal(422, "bulletin_blank");
      const bytes = Buffer.from(JSON.stringify(words));
      return {
        order: bytes.toString("base64"),
        payload_type: type,
        challenge: challengeOf(type, bytes),
        credentials: signersOf(me(request).id),
        signed: 0,
        needs: body.kind === "lift" ? 2 : 1,
        says: {},
      };
    },
  ],
  [
    "POST",
    /^\/orders$/,
    ({ body, request }) => {
      const who = me(request);
      const bytes = Buffer.from(body.order, "base64");
      checkHand(body.hands[0], who.id, type, bytes);
      const w: OrderWords = JSON.parse(bytes.toString());
      const made = order(w.id, {
        kind: w.kind as Order["kind"],
        title: media.find((m) => m.id === w.media)?.title ?? "",
        media_id: w.media,
        lifts: w.lifts,
        cluster: w.cluster,
        clusters: w.clusters,
        screens: w.screens,
        reason: w.reason,
        by: [who.name],
        text: w.text,
        level: w.level,
        until: w.until ? new Date(w.until).toISOString() : null,
        order: body.order,
        needs: w.kind === "lift" ? 2 : 1,
        receipts: w.kind === "lift" ? [] : receipts(w.clusters, w.screens, 0),
      });
      (w.kind === "lift" ? waiting : standing).unshift(made);
      return { id: w.id, signed: 1, needs: made.needs };
    },
  ],
  [
    "GET",
    /^\/orders\/([^/]+)\/to-sign$/,
    ({ id, request }) => {
      const o = found(waiting.find((x) => x.id === id));
      if (o.by.includes(me(request).name)) throw new Refusal(409, "order_hand_known");
      const challenge = challengeOf(type, Buffer.from(o.order, "base64"));
      const credentials = signersOf(me(request).id);
      return { order: o.order, payload_type: type, challenge, credentials, signed: o.signed, needs: o.needs, says: {} };
    },
  ],
  [
    "POST",
    /^\/orders\/([^/]+)\/hands$/,
    ({ id, body, request }) => {
      const who = me(request);
      const o = found(waiting.find((x) => x.id === id));
      checkHand(body.signature, who.id, type, Buffer.from(o.order, "base64"));
      if (!o.by.includes(who.name)) o.by.push(who.name);
      o.signed = o.by.length;
      if (o.signed >= o.needs) {
        waiting.splice(waiting.indexOf(o), 1);
        standing.splice(
          standing.findIndex((x) => x.id === o.lifts),
          1,
        );
      }
      return { id, signed: o.signed, needs: o.needs };
    },
  ],
  [
    "POST",
    /^\/safe$/,
    ({ body, request }) => {
      const id = sha256(String(Date.now())).toString("hex").slice(0, 26);
      const clusters = body.clusters.length
        ? body.clusters
        : screens.filter((s) => body.screens.includes(s.id)).map((s) => s.cluster.id);
      standing.unshift(
        order(id, {
          kind: "safe",
          clusters,
          screens: body.screens,
          by: [me(request).name],
          receipts: receipts(clusters, body.screens, 0),
        }),
      );
      return { ids: [id] };
    },
  ],
];
