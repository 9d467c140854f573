import type { Bytes } from "./bytes";
import { type Form, readCanonical } from "./canonical";

export const orderType = "application/vnd.cotmoc.order.v1+json";

export interface BulletinText {
  language: string;
  title: string;
  body: string;
}

/** What a person tells screens beside the programme; which fields count follows from the kind. */
export interface OrderWords {
  id: string;
  kind: string;
  clusters: string[];
  screens: string[];
  reason: string;
  issued_at: number;
  media: string;
  renditions: string[];
  lifts: string;
  cluster: string;
  text: BulletinText[];
  level: string;
  until: number;
}

const texts: Form = { list: "text" };
const form: Form = {
  fields: [
    ["id", "text"],
    ["kind", "text"],
    ["clusters", texts],
    ["screens", texts],
    ["reason", "text"],
    ["issued_at", "number"],
    ["media", "text"],
    ["renditions", texts],
    ["lifts", "text"],
    ["cluster", "text"],
    [
      "text",
      {
        list: {
          fields: [
            ["language", "text"],
            ["title", "text"],
            ["body", "text"],
          ],
        },
      },
    ],
    ["level", "text"],
    ["until", "number"],
  ],
};

/** Reads an order from the bytes that would be signed. */
export const readOrder = (bytes: Bytes): OrderWords => readCanonical<OrderWords>(bytes, form);
