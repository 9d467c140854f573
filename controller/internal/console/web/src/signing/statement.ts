import { type Bytes, digestOf } from "./bytes";
import { type Form, readCanonical } from "./canonical";

export const statementType = "application/vnd.in-toto+json";
export const batchType = "application/vnd.cotmoc.batch.v1+json";

/** One person's decision over the exact renditions of a media and its terms. */
export interface Statement {
  _type: string;
  subject: { name: string; digest: { sha256: string }; mediaType: string }[];
  predicateType: string;
  predicate: {
    media: string;
    revision: number;
    title: string;
    act: string;
    reason: string;
    person: string;
    person_name: string;
    author: string;
    territory: string[];
    languages: string[];
    valid_from: number;
    valid_until: number;
    rights_basis: string;
    origin: {
      page: string;
      canonical: string;
      publisher: string;
      author: string;
      published_at: number;
      fetched_at: number;
      page_sha256: string;
      media_sha256: string;
    };
    decided_at: number;
  };
}

const texts: Form = { list: "text" };
const form: Form = {
  fields: [
    ["_type", "text"],
    [
      "subject",
      {
        list: {
          fields: [
            ["name", "text"],
            ["digest", { fields: [["sha256", "text"]] }],
            ["mediaType", "text"],
          ],
        },
      },
    ],
    ["predicateType", "text"],
    [
      "predicate",
      {
        fields: [
          ["media", "text"],
          ["revision", "number"],
          ["title", "text"],
          ["act", "text"],
          ["reason", "text"],
          ["person", "text"],
          ["person_name", "text"],
          ["author", "text"],
          ["territory", texts],
          ["languages", texts],
          ["valid_from", "number"],
          ["valid_until", "number"],
          ["rights_basis", "text"],
          [
            "origin",
            {
              fields: [
                ["page", "text"],
                ["canonical", "text"],
                ["publisher", "text"],
                ["author", "text"],
                ["published_at", "number"],
                ["fetched_at", "number"],
                ["page_sha256", "text"],
                ["media_sha256", "text"],
              ],
            },
          ],
          ["decided_at", "number"],
        ],
      },
    ],
  ],
};

/** Reads a statement from the bytes that would be signed. */
export function readStatement(bytes: Bytes): Statement {
  const s = readCanonical<Statement>(bytes, form);
  if (s._type !== "https://in-toto.io/Statement/v1" || s.predicateType !== "https://cotmoc.vn/approval/v1")
    throw new Error("cannot use this statement as a decision");
  if (s.subject.length === 0 || s.subject.some((x) => !/^[0-9a-f]{64}$/.test(x.digest.sha256)))
    throw new Error("cannot use a statement that names no renditions");
  return s;
}

const batchForm: Form = {
  fields: [
    ["type", "text"],
    ["statements", { list: "text" }],
  ],
};

/** Whether a payload is exactly these statements: the one, or the batch that names them all and no other. */
export async function covers(payloadType: string, payload: Bytes, statements: Bytes[]): Promise<boolean> {
  const digests = await Promise.all(statements.map(digestOf));
  if (statements.length === 1) return payloadType === statementType && (await digestOf(payload)) === digests[0];
  if (payloadType !== batchType) return false;
  const batch = readCanonical<{ type: string; statements: string[] }>(payload, batchForm);
  const wanted = [...new Set(digests)].sort();
  return batch.type === "cotmoc/batch/v1" && batch.statements.join() === wanted.join();
}
