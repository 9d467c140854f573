import { type Bytes, sha256, utf8 } from "./bytes";

/** What is signed: DSSE's pre-authentication encoding of a payload with its type. */
export function pae(payloadType: string, payload: Bytes): Bytes {
  const head = utf8(`DSSEv1 ${utf8(payloadType).length} ${payloadType} ${payload.length} `);
  const all = new Uint8Array(head.length + payload.length);
  all.set(head);
  all.set(payload, head.length);
  return all;
}

/** What a passkey signs in its place. */
export const challenge = (payloadType: string, payload: Bytes): Promise<Bytes> => sha256(pae(payloadType, payload));
