import type { Order, OrderWish, PreparedOrder } from "@/api/orders";
import { type Bytes, base64url, fromBase64 } from "./bytes";
import { type OrderWords, orderType, readOrder } from "./order";
import { challenge } from "./pae";

/** What is wrong with the order that the server asks to have signed. */
export type OrderFault = "payload" | "challenge" | "differs";

export interface CheckedOrder {
  words: OrderWords;
  payload: Bytes;
  challenge: Bytes;
}

const asText = (v: unknown) => JSON.stringify(v);

/** Whether an order says what was wished for; its reader has normalised spaces and letters. */
function says(o: OrderWords, w: OrderWish): boolean {
  const plain = (s: string) => s.normalize("NFC").replace(/\s+/g, " ").trim();
  const text = (all: OrderWords["text"]) => asText(all.map((t) => [t.language, plain(t.title), plain(t.body)]));
  return (
    o.kind === w.kind &&
    o.media === (w.media_id ?? "") &&
    o.lifts === (w.lifts ?? "") &&
    o.cluster === (w.cluster ?? "") &&
    o.level === (w.level ?? "") &&
    plain(o.reason) === plain(w.reason ?? "") &&
    text(o.text) === text(w.text ?? []) &&
    (!w.screens?.length || asText([...o.screens].sort()) === asText([...w.screens].sort())) &&
    (!w.clusters?.length || asText([...o.clusters].sort()) === asText([...w.clusters].sort())) &&
    (o.kind !== "bulletin" || o.until - o.issued_at === (w.minutes ?? 0) * 60_000)
  );
}

/** Whether an order is the one in the list of those that wait, which others have prepared. */
const isOf = (o: OrderWords, w: Order) =>
  o.id === w.id &&
  o.kind === w.kind &&
  o.lifts === w.lifts &&
  asText(o.clusters) === asText(w.clusters) &&
  asText(o.screens) === asText(w.screens);

/** Reads an order from its bytes alone and refuses what was not wished for, or is not the one that waits. */
export async function checkOrder(
  p: Pick<PreparedOrder, "order" | "challenge" | "payload_type">,
  chosen: OrderWish | Order,
): Promise<CheckedOrder | OrderFault> {
  const payload = fromBase64(p.order);
  let words: OrderWords;
  try {
    words = readOrder(payload);
  } catch {
    return "payload";
  }
  if (!("id" in chosen ? isOf(words, chosen) : says(words, chosen))) return "differs";
  const own = await challenge(orderType, payload);
  if (p.payload_type !== orderType || p.challenge !== base64url(own)) return "challenge";
  return { words, payload, challenge: own };
}
